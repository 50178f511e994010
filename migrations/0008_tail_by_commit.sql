-- Events that came too few at a time for a block: a row for each commit, whoever's they are; sealing moves them into blocks.
-- `facts` holds 40 bytes for each line, `lines` the lines, packed (store/src/tail.rs). Rows of before are packed by
-- store/src/tail/earlier.rs, which drops their table.
drop index event_tail_source;
alter table event_tail rename to event_tail_rows;

create table event_tail (
    id integer primary key,
    first_at bigint not null,
    last_at bigint not null,
    events bigint not null,
    bytes bigint not null,
    facts blob not null,
    lines blob not null
);
