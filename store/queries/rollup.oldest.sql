-- Start of the oldest bucket of one source and tier. $3: JSON list of all codes, one seek for each.
select min((
    select min(rollup.bucket_ms)
    from rollup
    where rollup.source = $1 and rollup.tier_ms = $2 and rollup.counted = codes.value
))
from json_each($3) as codes
