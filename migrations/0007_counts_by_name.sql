-- What is counted under one name can be passed over (store/src/rollup/counts.rs): packed counts are written anew, by
-- store/src/rollup/earlier.rs, which drops the tables set aside here.
drop index rollup_tail_source;
alter table rollup_tail rename to rollup_tail_flat;
alter table rollup_block rename to rollup_block_flat;

create table rollup_tail (
    id integer primary key,
    source bigint not null,
    tier_ms bigint not null,
    bucket_ms bigint not null,
    counts blob not null
);
create index rollup_tail_source on rollup_tail (source);

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
