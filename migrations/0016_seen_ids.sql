-- Ids of events (messageIds) that came within 24 hours and are not in memory any more: runs, which are sorted and spread over
-- pages (store/src/deduplication/run.rs). A copy of what event_block and event_tail say; of which hours they hold how many ids
-- says whether it is complete.
create table seen_run (
    id integer primary key,
    pages bigint not null,
    -- JSON: {"hour since 1970": ids}
    hours text not null
);

-- Ids of eight bytes, hash and hour, in their order. The high bits of a page's id are its run's, so that it lies beside the
-- others; a run is whole when it has its row in seen_run.
create table seen_page (
    id integer primary key,
    ids blob not null
);

-- What memory holds of 64 pages at a time, under the id of the first one: a filter, empty for no ids, null where each may be there.
create table seen_filter (
    id integer primary key,
    filter blob
);
