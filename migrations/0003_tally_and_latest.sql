-- Requests that belong to no event, a row for each minute, kind and masked key. `last_at` is the last one's moment.
create table tally (
    minute_ms bigint not null,
    kind text not null,
    key_hint text not null,
    requests bigint not null,
    last_at bigint not null,
    primary key (minute_ms, kind, key_hint)
);

-- Newest events first. Holds all that decides whether a block is worth unpacking, so that looking for a rare verdict in two
-- weeks of blocks reads this index alone.
create index event_block_latest on event_block (source, last_at, first_at, verdict_bits);

-- Its one row is written again and again while events cannot be stored, to find out when they can.
create table probe (
    id bigint primary key check (id = 1),
    at bigint not null,
    room blob not null
);
