-- A source's life: what may be said about it, several keys with lives of their own, and its deletion. Control plane: SQL that
-- PostgreSQL would take, too.

alter table sources add column description text not null default '';
-- Empty for none.
alter table sources add column website text not null default '';
-- A JSON list of `key:value` texts, by key. Read and written with the source, under its version.
alter table sources add column labels text not null default '[]';
-- Counts the changes: whoever saves says which version was read, and does not overwrite what came after it.
alter table sources add column version bigint not null default 1;
-- Set while a deleted source can still be restored.
alter table sources add column deleted_at bigint;

-- `new` is a page.
update sources set slug = 'new-' || number where slug = 'new';

-- Every slug that leads to a source: its own, and those that it had before. Nobody else gets one of them.
create table source_slugs (
    slug text primary key,
    source_id text not null references sources (id) deferrable initially deferred,
    since bigint not null
);
create index source_slugs_source on source_slugs (source_id, since);
insert into source_slugs (slug, source_id, since) select slug, id, created_at from sources;

-- In addresses and audit lines, where the key itself must not be.
alter table write_keys add column id text not null default '';
alter table write_keys add column name text not null default '';
-- Known to the minute.
alter table write_keys add column last_used_at bigint;
-- End of the grace time that its rotation left it.
alter table write_keys add column expires_at bigint;
alter table write_keys add column revoked_at bigint;

update write_keys set
    name = 'First key',
    id = source_id || '-' || (
        select count(*) from write_keys as earlier
        where earlier.source_id = write_keys.source_id
            and (earlier.created_at < write_keys.created_at
                or (earlier.created_at = write_keys.created_at and earlier.key <= write_keys.key))
    );
create unique index write_keys_id on write_keys (id);
