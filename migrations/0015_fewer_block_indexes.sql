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

-- As before, and blocks tell of their hour.
drop trigger kept_insert;
create trigger kept_insert instead of insert on kept begin
    insert into event_tail (id, first_at, last_at, events, bytes, facts, lines)
    select
        new.tail_id, new.tail_first_at, new.tail_last_at, new.tail_events, new.tail_bytes, new.tail_facts, new.tail_lines
    where new.tail_events > 0;
    insert into event_block
        (source, hour_ms, first_at, last_at, events, bytes, verdict_bits, type_bits, settled, hashes, lines)
    select value ->> '$[0][0]', value ->> '$[0][1]', value ->> '$[0][2]', value ->> '$[0][3]', value ->> '$[0][4]',
        value ->> '$[0][5]', value ->> '$[0][6]', value ->> '$[0][7]', false,
        substr(new.block_hashes, value ->> 1, value ->> 2), substr(new.block_lines, value ->> 3, value ->> 4)
    from json_each(new.blocks);
    insert or ignore into unsettled_hour (source, hour_ms)
    select value ->> '$[0][0]', value ->> '$[0][1]' from json_each(new.blocks);
    update rollup_latest set sections = new.latest where id = 1 and new.latest is not null;
end;
