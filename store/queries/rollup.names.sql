-- Counts of a stretch of one tier by name and the chart's bucket. $5: JSON list of verdict codes; $6 and $7: start and
-- width of the chart's buckets; $8 to $10: type, name and version, null for any.
-- Grouped before the dictionary is asked: once for each name and bucket, not for each row.
with cells as (
    select
        rollup.name as word,
        (rollup.bucket_ms - $6) / $7 - (rollup.bucket_ms < $6) as place,
        sum(rollup.count) as events
    from json_each($5) as wanted
    cross join rollup
        on rollup.source = $1
        and rollup.tier_ms = $2
        and rollup.counted = wanted.value
        and rollup.bucket_ms >= $3
        and rollup.bucket_ms < $4
        and ($8 is null or rollup.type = $8)
        and ($9 is null or rollup.name = $9)
        and ($10 is null or rollup.version = $10)
    group by word, place
)
select cells.word, dictionary.text, cells.place, cells.events
from cells
left join dictionary on dictionary.id = cells.word
