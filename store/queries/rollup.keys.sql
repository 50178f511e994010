-- The distinct keys of one hour. $4: JSON list of verdict codes; $5: the dictionary's "Other".
select rollup.counted, rollup.type, rollup.name, rollup.version
from json_each($4) as wanted
cross join rollup
    on rollup.source = $1
    and rollup.tier_ms = $2
    and rollup.counted = wanted.value
    and rollup.bucket_ms = $3
where rollup.name <> $5
    and rollup.version <> $5
