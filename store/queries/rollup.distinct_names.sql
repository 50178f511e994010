-- Which names a stretch of one tier has. $5: JSON list of verdict codes; $6 to $8: type, name and version,
-- null for any.
select distinct rollup.name
from json_each($5) as wanted
cross join rollup
    on rollup.source = $1
    and rollup.tier_ms = $2
    and rollup.counted = wanted.value
    and rollup.bucket_ms >= $3
    and rollup.bucket_ms < $4
    and ($6 is null or rollup.type = $6)
    and ($7 is null or rollup.name = $7)
    and ($8 is null or rollup.version = $8)
