-- The control plane: what people set up. Written in the SQL that SQLite and PostgreSQL share: ids as text (UUID v7),
-- times as milliseconds since 1970, JSON as text.

create table workspace (
    id bigint primary key check (id = 1),
    name text not null,
    slug text not null,
    zone text not null
);

-- Hands out the numbers of sources; a number is never used twice, because events and rollups live under it.
create table counter (
    name text primary key,
    value bigint not null
);

create table sources (
    id text primary key,
    number bigint not null unique,
    name text not null,
    slug text not null unique,
    kind text not null,
    enabled boolean not null,
    created_at bigint not null
);

create table write_keys (
    key text primary key,
    source_id text not null references sources (id),
    created_at bigint not null
);
create index write_keys_source on write_keys (source_id, created_at);

create table blocked_events (
    source_id text not null references sources (id),
    name text not null,
    created_at bigint not null,
    primary key (source_id, name)
);

-- One line for every change of state, committed with the change.
create table audit (
    id text primary key,
    at bigint not null,
    actor text not null,
    action text not null,
    resource text not null,
    detail text not null
);
create index audit_time on audit (at);
