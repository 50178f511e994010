-- Counts, packed (store/src/rollup/counts.rs): SQLite only. `rollup_tail` and `rollup_block` together are the counts.

-- What commits counted, in the order of the commits: one row for each source and bucket.
create table rollup_tail (
    id integer primary key,
    source bigint not null,
    tier_ms bigint not null,
    bucket_ms bigint not null,
    counts blob not null
);
create index rollup_tail_source on rollup_tail (source);

-- One bucket of one tier. `keys` tells everything apart; the others are its sums, for whoever asks for less.
create table rollup_block (
    source bigint not null,
    tier_ms bigint not null,
    bucket_ms bigint not null,
    totals blob not null,
    names blob not null,
    versions blob not null,
    libraries blob not null,
    keys blob not null,
    primary key (source, tier_ms, bucket_ms)
) without rowid;
