-- Counts of a stretch of one tier by what is counted, bucket and type. $5: JSON list of codes. One seek for each code.
select rollup.counted, rollup.bucket_ms, rollup.type, sum(rollup.count)
from json_each($5) as wanted
cross join rollup
    on rollup.source = $1
    and rollup.tier_ms = $2
    and rollup.counted = wanted.value
    and rollup.bucket_ms >= $3
    and rollup.bucket_ms < $4
group by rollup.counted, rollup.bucket_ms, rollup.type
