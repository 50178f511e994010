-- Beside its sums a bucket says which names, versions and libraries it has, and words are packed by pages of neighbours
-- (store/src/rollup/words.rs). Buckets of before are written anew by store/src/rollup/earlier.rs, which drops their tables.
alter table rollup_keys rename to rollup_keys_chunked;
alter table rollup_block rename to rollup_block_chunked;

create table rollup_block (
    id integer primary key,
    source bigint not null,
    tier_ms bigint not null,
    bucket_ms bigint not null,
    totals blob not null,
    present blob not null,
    versions blob not null,
    libraries blob not null,
    received_names blob not null,
    names blob not null,
    keys blob not null,
    unique (source, tier_ms, bucket_ms)
);

create table rollup_keys (
    block bigint not null references rollup_block (id) on delete cascade,
    first_name bigint not null,
    keys blob not null,
    unique (block, first_name)
);
