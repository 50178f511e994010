-- Buckets of a tier in which received is not the sum of the verdicts; duplicates stand beside the ledger.
select bucket_ms
from rollup
where source = $1 and tier_ms = $2 and counted <> 'duplicate'
group by bucket_ms
having sum(case when counted = 'received' then count else -count end) <> 0
order by bucket_ms
