-- Counts of a stretch of one tier by what is counted, bucket and type: the order of the table's key, so nothing is
-- sorted. $5: JSON list of codes, one seek for each. $6 to $8: type, name and version, null for any.
select counted, bucket_ms, type, sum(count)
from rollup
where source = $1
    and tier_ms = $2
    and counted in (select value from json_each($5))
    and bucket_ms >= $3
    and bucket_ms < $4
    and ($6 is null or type = $6)
    and ($7 is null or name = $7)
    and ($8 is null or version = $8)
group by counted, bucket_ms, type
