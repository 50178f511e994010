-- What a transaction of the writer keeps, as one row to insert (store/src/kept.rs): a packed row of the tail, packed blocks, the
-- latest counts, as far as there are any. Nobody reads it; the trigger puts each where it belongs. Blocks come as JSON, their
-- blobs joined to one.
create view kept (
    tail_id, tail_first_at, tail_last_at, tail_events, tail_bytes, tail_facts, tail_lines, blocks, block_hashes, block_lines, latest
) as
    select null, null, null, null, null, null, null, null, null, null, null where false;

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
    update rollup_latest set sections = new.latest where id = 1 and new.latest is not null;
end;
