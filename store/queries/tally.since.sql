-- $1 first minute, $2 what stands for the other keys, $3 most keys of a kind
with keys as (
    select kind, key_hint, sum(requests) as requests, max(last_at) as last_at
    from tally
    where minute_ms >= $1
    group by kind, key_hint
), ranked as (
    select *, row_number() over (partition by kind order by key_hint = $2, requests desc, key_hint) as place from keys
)
select kind, case when place <= $3 then key_hint else $2 end as hint, sum(requests) as total, max(last_at)
from ranked
group by kind, hint
order by total desc, kind, hint
