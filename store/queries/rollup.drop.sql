-- Drops the rows of one source and tier whose buckets start before $3. $4: JSON list of all codes.
delete from rollup
where source = $1
    and tier_ms = $2
    and counted in (select value from json_each($4))
    and bucket_ms < $3
