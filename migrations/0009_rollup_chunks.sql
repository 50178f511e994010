-- A table with rowids: in one without, SQLite reads a whole row, keys and all, to compare it with the one it looks for. What
-- counts under many names lies in several chunks, so that one name can be read alone (store/src/rollup/block.rs). Rows of
-- before are written anew by store/src/rollup/earlier.rs, which drops their table.
alter table rollup_block rename to rollup_block_whole;

create table rollup_block (
    id integer primary key,
    source bigint not null,
    tier_ms bigint not null,
    bucket_ms bigint not null,
    totals blob not null,
    versions blob not null,
    libraries blob not null,
    received_names blob not null,
    names blob not null,
    keys blob not null,
    unique (source, tier_ms, bucket_ms)
);

-- The keys of a block from one name on; those of its first names are in the block itself.
create table rollup_keys (
    block bigint not null references rollup_block (id) on delete cascade,
    first_name bigint not null,
    keys blob not null,
    unique (block, first_name)
);
