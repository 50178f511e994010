-- Beside its sums a bucket says which names, versions and libraries it has, and words are packed by pages of neighbours
-- (store/src/rollup/words.rs). Buckets of before are written anew by store/src/rollup/earlier.rs, which drops their tables.
alter table rollup_keys rename to rollup_keys_chunked;
alter table rollup_block rename to rollup_block_chunked;

create table rollup_block (
    id integer primary key,
    source bigint not null,
    tier_ms bigint not null,
    bucket_ms bigint not null,
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

-- What every page asks of its buckets, in a few hundred bytes each: side by side, so that a window takes a few pages of the
-- file. Rows of rollup_block take one each, wherever they came to lie.
create table rollup_summary (
    source bigint not null,
    tier_ms bigint not null,
    bucket_ms bigint not null,
    totals blob not null,
    present blob not null,
    primary key (source, tier_ms, bucket_ms),
    foreign key (source, tier_ms, bucket_ms) references rollup_block (source, tier_ms, bucket_ms) on delete cascade
) without rowid;
