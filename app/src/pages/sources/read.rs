//! The server's half of showing the list.

use super::api::{DeletedRow, RowState, SourceRow, SourcesPage, Totals};
use super::choose::{Chosen, Doing, choose};
use super::query::SourcesQuery;
use crate::error::AppError;
use crate::request;
use crate::ui::moment::{Moment, ago};
use domain::catalog::{KindLabel, entry};
use domain::clock::{DAY_MS, Timestamp};
use domain::source::{Source, SourceSummary};
use domain::tally::TallyKind;
use jiff::tz::TimeZone;

/// Kinds that an empty list proposes.
const FIRST_KINDS: [&str; 3] = ["javascript", "node-js", "http-api"];

/// Who may read is decided here once there is sign-in; until then the server listens on loopback only.
pub(super) async fn page(query: SourcesQuery) -> Result<SourcesPage, AppError> {
    let (state, zone) = (request::state()?, request::reader_zone());
    let (now, store) = ((state.now)(), &state.store);
    let workspace = store::workspace::get(store).await?;
    let summaries = store::source::list(store, now).await?;
    let deleted = store::source::deleted(store, now).await?;
    let tallies = store::tally::since(store, now.plus_ms(-DAY_MS)).await?;
    let of_key = if query.q.is_empty() { None } else { store::write_key::owner(store, &query.q).await? };
    let zone = zone.or_workspace(workspace.as_ref().map_or("", |workspace| workspace.zone.as_str()));
    let all = totals(&summaries);
    let to_disable = summaries.iter().map(|summary| &summary.source);
    let to_disable = to_disable.filter(|source| source.enabled && query.disable.contains(&source.number.0));
    let to_disable = to_disable.map(|source| (source.number.0, source.name.clone())).collect();
    let chosen = choose(summaries, &query, of_key.as_deref(), now);
    let Chosen { rows, tabs, statuses, kinds, labels, matching, pages } = chosen;
    let found_by_key = rows.iter().any(|(summary, _, _)| of_key.as_ref() == Some(&summary.source.id));
    let last = |belongs: fn(TallyKind) -> bool| {
        let times = tallies.iter().filter(|tally| belongs(tally.kind)).map(|tally| tally.last_at);
        times.max().map(|at| Moment::new(at, now, &zone))
    };
    let first_kinds: &[&str] = if all.sources == 0 { &FIRST_KINDS } else { &[] };
    Ok(SourcesPage {
        rows: rows.into_iter().map(|row| source_row(row, now, &zone)).collect(),
        all,
        matching: Totals { sources: matching.0, received: matching.1, failed: matching.2 },
        pages,
        tabs,
        statuses,
        kinds,
        labels,
        found_by_key,
        to_disable,
        deleted: deleted.into_iter().map(|source| deleted_row(source, now, &zone)).collect(),
        first_kinds: first_kinds.iter().filter_map(|slug| entry(slug)).cloned().collect(),
        last_unattributed: last(TallyKind::is_unattributed),
        last_unavailable: last(|kind| kind == TallyKind::Unavailable),
        tallies,
        query,
    })
}

fn totals(summaries: &[SourceSummary]) -> Totals {
    summaries.iter().fold(Totals::default(), |sum, summary| Totals {
        sources: sum.sources + 1,
        received: sum.received + summary.received,
        failed: sum.failed + summary.failed,
    })
}

fn source_row((summary, kind, doing): (SourceSummary, KindLabel, Doing), now: Timestamp, zone: &TimeZone) -> SourceRow {
    let state = match doing {
        Doing::Well | Doing::Failing => RowState::Enabled,
        Doing::Silent(ms) => RowState::Silent(ago(now.plus_ms(-ms), now).replace(" ago", "")),
        Doing::Disabled => RowState::Disabled,
    };
    let SourceSummary { source, last_event_at, trend, received, failed } = summary;
    SourceRow {
        number: source.number.0,
        version: source.version,
        slug: source.slug,
        name: source.name,
        kind,
        state,
        labels: source.labels.iter().map(ToString::to_string).collect(),
        received,
        failed,
        trend,
        last_event: last_event_at.map(|at| Moment::new(at, now, zone)),
        created: Moment {
            ago: written(source.created_at, zone, "%-d %b %Y"),
            ..Moment::new(source.created_at, now, zone)
        },
    }
}

fn deleted_row(source: Source, now: Timestamp, zone: &TimeZone) -> DeletedRow {
    let purge_at = source.purge_at().unwrap_or(now);
    DeletedRow {
        number: source.number.0,
        kind: KindLabel::of(&source.kind),
        deleted: Moment::new(source.deleted_at.unwrap_or(now), now, zone),
        purge: written(purge_at, zone, "%-d %b %Y, %H:%M"),
        name: source.name,
    }
}

fn written(at: Timestamp, zone: &TimeZone, format: &str) -> String {
    let zoned = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().to_zoned_datetime(zone.clone());
    zoned.strftime(format).to_string()
}
