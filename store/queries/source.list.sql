select
    sources.id, sources.number, sources.name, sources.slug, sources.kind, sources.enabled, sources.created_at,
    last_event.at
from sources
left join last_event on last_event.source = sources.number
order by lower(sources.name), sources.slug
