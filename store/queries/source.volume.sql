-- Received and failed events of every source, by bucket of one tier. $4: JSON list of 'received' and the failed codes.
select
    rollup.source,
    rollup.bucket_ms,
    sum(case when rollup.counted = 'received' then rollup.count else 0 end),
    sum(case when rollup.counted = 'received' then 0 else rollup.count end)
from sources
cross join json_each($4) as wanted
cross join rollup
    on rollup.source = sources.number
    and rollup.tier_ms = $1
    and rollup.counted = wanted.value
    and rollup.bucket_ms >= $2
    and rollup.bucket_ms < $3
where sources.deleted_at is null
group by rollup.source, rollup.bucket_ms
