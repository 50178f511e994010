-- Which names a stretch of one tier has. $5: JSON list of verdict codes.
select distinct rollup.name
from json_each($5) as wanted
cross join rollup
    on rollup.source = $1
    and rollup.tier_ms = $2
    and rollup.counted = wanted.value
    and rollup.bucket_ms >= $3
    and rollup.bucket_ms < $4
