-- The first event of each app version of a source: a mark on its chart. Versions are numbers of the dictionary.
create table version_seen (
    source bigint not null,
    version bigint not null,
    at bigint not null,
    primary key (source, version)
);
-- Known to the hour for what was counted before. 0 and 1 stand for no version and for those past the cap.
insert into version_seen (source, version, at)
select source, version, min(bucket_ms) from rollup where tier_ms = 3600000 and version > 1 group by source, version;
