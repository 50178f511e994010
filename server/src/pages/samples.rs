//! `GET /sources/{slug}/samples.jsonl`: the newest events of the reason that the address opens, a line of JSON each, with
//! the address's range and filters. Bounded, because an event is up to half a megabyte.

use crate::event_report::EventReport;
use app::pages::source_overview::query::{OverviewParams, OverviewQuery};
use app::pages::source_overview::samples::api::SAMPLES_EXPORTED_MAX;
use app::pages::source_overview::samples::reader::{SampleReader, shown_window};
use app::state::AppState;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::discard::DiscardReason;
use domain::source::Source;
use domain::time_range::Window;

/// Most bytes of one download: it is held in memory while it is sent, so that no reader of the store waits for a slow line.
const BYTES_MAX: usize = 32 * 1024 * 1024;

/// Who may read is decided here once there is sign-in; until then the server listens on loopback only.
pub async fn jsonl(
    State(app): State<AppState>,
    Path(slug): Path<String>,
    Query(params): Query<OverviewParams>,
) -> Response {
    let (query, _) = OverviewQuery::parse(&|name| params.get(name));
    let Some(reason) = query.open else {
        return (StatusCode::NOT_FOUND, "The address names no discard reason: open=<code>, and the step= of it.\n")
            .into_response();
    };
    let now = (app.now)();
    let (window, _) = shown_window(&query, now);
    match lines(&app, &slug, &query, reason, &window).await {
        Ok(Some(lines)) => download(lines, reason, &window),
        Ok(None) => (StatusCode::NOT_FOUND, "There is no such source.\n").into_response(),
        Err(error) => {
            tracing::error!(%error, "samples could not be read");
            (StatusCode::SERVICE_UNAVAILABLE, "The samples could not be read. Try again.\n").into_response()
        }
    }
}

async fn lines(
    app: &AppState,
    slug: &str,
    query: &OverviewQuery,
    reason: DiscardReason,
    window: &Window,
) -> anyhow::Result<Option<Vec<u8>>> {
    let source: Option<Source> = store::source::by_slug(&app.store, slug).await?;
    let Some(source) = source else { return Ok(None) };
    let mut reader = SampleReader::open(&app.store, &source, window, reason, &query.filters).await?;
    let mut lines = Vec::new();
    for _ in 0..SAMPLES_EXPORTED_MAX {
        let Some(event) = reader.next().await? else { break };
        let bytes = lines.len();
        serde_json::to_writer(&mut lines, &EventReport::of(&event))?;
        lines.push(b'\n');
        if lines.len() > BYTES_MAX {
            lines.truncate(bytes);
            break;
        }
    }
    Ok(Some(lines))
}

/// `id_not_string-2025-11-05T090000Z-2025-11-05T120000Z.jsonl`
fn download(lines: Vec<u8>, reason: DiscardReason, window: &Window) -> Response {
    let moment = |at: domain::clock::Timestamp| at.to_utc_text().replace(':', "");
    let (from, until) = (moment(window.from), moment(window.counted_until()));
    let disposition = format!("attachment; filename=\"{}-{from}-{until}.jsonl\"", reason.code());
    let headers = [
        (header::CONTENT_TYPE, "application/jsonl; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, lines).into_response()
}
