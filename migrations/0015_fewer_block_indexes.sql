-- Blocks have two indexes instead of four: a commit of many sources writes a page of each for every source.

-- Blocks are looked for newest first, by event_block_latest.
drop index event_block_source;

-- Hours of sources of which merging has not looked at every block, and the last one that it has looked at. Instead of a mark on
-- each block: `event_block.settled` says nothing any more, but to take that column away would mean to write every block anew.
create table unsettled_hour (
    hour_ms bigint not null,
    source bigint not null,
    after_at bigint not null default 0,
    after_id bigint not null default 0,
    primary key (hour_ms, source)
) without rowid;
insert into unsettled_hour (hour_ms, source) select distinct hour_ms, source from event_block where settled = 0;
drop index event_block_unsettled;

create trigger event_block_unsettles after insert on event_block begin
    insert or ignore into unsettled_hour (hour_ms, source) values (new.hour_ms, new.source);
end;
