-- What the latest commits counted, of all sources, and when the last events of these came (store/src/rollup/latest.rs): one
-- row, which each commit writes anew. rollup_tail and last_event get it in portions.
create table rollup_latest (
    id integer primary key,
    sections blob not null
);
insert into rollup_latest (id, sections) values (1, x'');
