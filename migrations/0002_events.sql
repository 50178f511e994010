-- Events, rollups and what the writer needs: SQLite only. Times in milliseconds since 1970; `source` is sources.number.

-- Packed events of one source and one hour: JSON lines, zstd. `hashes` holds 8 bytes for each line (deduplication).
create table event_block (
    id integer primary key,
    source bigint not null,
    hour_ms bigint not null,
    first_at bigint not null,
    last_at bigint not null,
    events bigint not null,
    bytes bigint not null,
    verdict_bits bigint not null,
    type_bits bigint not null,
    settled bigint not null,
    hashes blob not null,
    lines blob not null
);
create index event_block_source on event_block (source, first_at);
create index event_block_hour on event_block (hour_ms);
create index event_block_unsettled on event_block (hour_ms, source) where settled = 0;

-- Events that came too few at a time for a block; sealing moves them into one.
create table event_tail (
    id integer primary key,
    source bigint not null,
    at bigint not null,
    hash bigint not null,
    line text not null
);
create index event_tail_source on event_tail (source, at);

-- When each source's last event arrived; outlives the events.
create table last_event (
    source bigint primary key,
    at bigint not null
);

-- Names and versions of the rollups. 0 stands for none and has no row.
create table dictionary (
    id integer primary key,
    text text not null unique
);
-- Id 1 is "Other", past the cap on a source's keys. No client can send its text: names and versions are never empty.
insert into dictionary (id, text) values (1, '');

-- Counts per bucket in every tier. `counted` comes before the bucket so that one step is read without the others.
create table rollup (
    source bigint not null,
    tier_ms bigint not null,
    counted text not null,
    bucket_ms bigint not null,
    type text not null,
    name bigint not null,
    version bigint not null,
    count bigint not null,
    primary key (source, tier_ms, counted, bucket_ms, type, name, version)
) without rowid;

-- The secret under which messageIds are hashed: nobody outside can construct two ids that collide.
create table deduplication_key (
    id bigint primary key check (id = 1),
    key blob not null
);
insert into deduplication_key (id, key) values (1, randomblob(16));
