-- Drops at most $5 rows of one source and tier whose buckets start before $3. $4: JSON list of all codes.
delete from rollup
where (source, tier_ms, counted, bucket_ms, type, name, version) in (
    select old.source, old.tier_ms, old.counted, old.bucket_ms, old.type, old.name, old.version
    from json_each($4) as wanted
    cross join rollup as old
        on old.source = $1
        and old.tier_ms = $2
        and old.counted = wanted.value
        and old.bucket_ms < $3
    limit $5
)
