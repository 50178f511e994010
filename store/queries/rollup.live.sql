-- Counts of a source in the finest tier from a bucket on, by everything that is told apart. $4: JSON list of codes; $5: most
-- rows.
select rollup.bucket_ms, rollup.counted, rollup.type, rollup.name, names.text, rollup.version, versions.text, rollup.count
from json_each($4) as wanted
cross join rollup
    on rollup.source = $1
    and rollup.tier_ms = $2
    and rollup.counted = wanted.value
    and rollup.bucket_ms >= $3
left join dictionary as names on names.id = rollup.name
left join dictionary as versions on versions.id = rollup.version
limit $5
