//! `GET /sources/{slug}/overview.csv` and `.json`: every row of the shown table, with the address's range, filters, search
//! and order, but not cut into pages. Raw numbers, UTC times.

use app::pages::source_overview::query::{OverviewParams, OverviewQuery};
use app::state::AppState;
use axum::BoxError;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::breakdown::{Breakdown, Dimension, Row};
use domain::overview::{Comparison, Question};
use domain::source::Source;
use domain::time_range::Window;
use futures_util::stream;
use serde::Serialize;
use store::StoreError;

/// Rows that are written at a time: what a download of any size holds in memory beside the rows themselves.
const CHUNK_ROWS: usize = 1_000;

/// As comma-separated values (RFC 4180).
pub async fn csv(state: State<AppState>, slug: Path<String>, params: Query<OverviewParams>) -> Response {
    respond(state, slug, params, Format::Csv).await
}

/// As one JSON document.
pub async fn json(state: State<AppState>, slug: Path<String>, params: Query<OverviewParams>) -> Response {
    respond(state, slug, params, Format::Json).await
}

#[derive(Clone, Copy)]
enum Format {
    Csv,
    Json,
}

/// Who may read is decided here once there is sign-in; until then the server listens on loopback only.
async fn respond(
    State(app): State<AppState>,
    Path(slug): Path<String>,
    Query(params): Query<OverviewParams>,
    format: Format,
) -> Response {
    let (query, _) = OverviewQuery::parse(&|name| params.get(name));
    match table(&app, &slug, &query).await {
        Ok(Some(table)) => table.download(format),
        Ok(None) => (StatusCode::NOT_FOUND, "There is no such source.\n").into_response(),
        Err(error) => {
            tracing::error!(%error, "an export could not be read");
            (StatusCode::SERVICE_UNAVAILABLE, "The numbers could not be read. Try again.\n").into_response()
        }
    }
}

/// A table ready to be written.
struct Table {
    source: Source,
    dimension: Dimension,
    window: Window,
    compared: Option<Window>,
    total: Comparison,
    rows: Vec<Row>,
}

async fn table(app: &AppState, slug: &str, query: &OverviewQuery) -> Result<Option<Table>, StoreError> {
    let Some(source) = store::source::by_slug(&app.store, slug).await? else { return Ok(None) };
    let now = (app.now)();
    let range = query.range.within_kept(now).unwrap_or_default();
    let compare = query.compare.before(range, now);
    let window = range.resolve_compared(now, compare);
    let (selection, filters, dimension) = (query.selection(), query.filters.clone(), query.by);
    let question = Question { window, selection, filters, dimension };
    let breakdown: Breakdown = store::overview::breakdown(&app.store, source.number, question, now).await?;
    let total = breakdown.total();
    let rows = breakdown.matching(&query.search).sorted(query.sort, query.filters.get(dimension)).rows;
    let compared = compare.window(&window);
    Ok(Some(Table { source, dimension, window, compared, total, rows }))
}

/// A row as it is exported.
#[derive(Serialize)]
struct Record<'a> {
    key: &'a str,
    label: &'a str,
    event_count: u64,
    /// Of all rows, between 0 and 1.
    share: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_event_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<i64>,
}

impl Table {
    fn record<'a>(&self, row: &'a Row) -> Record<'a> {
        let compared = self.compared.is_some();
        Record {
            key: row.key.code(),
            label: row.key.label(),
            event_count: row.counts.now,
            share: if self.total.now == 0 { 0.0 } else { row.counts.now as f64 / self.total.now as f64 },
            previous_event_count: compared.then_some(row.counts.previous),
            change: compared.then(|| row.counts.difference()),
        }
    }

    fn download(self, format: Format) -> Response {
        let (kind, extension) = match format {
            Format::Csv => ("text/csv; charset=utf-8", "csv"),
            Format::Json => ("application/json", "json"),
        };
        let name = self.file_name(extension);
        let chunks = self.rows.len().div_ceil(CHUNK_ROWS).max(1);
        let parts = (0..chunks).map(move |chunk| {
            let rows = self.rows.iter().skip(chunk * CHUNK_ROWS).take(CHUNK_ROWS);
            let (first, last) = (chunk == 0, chunk + 1 == chunks);
            match format {
                Format::Csv => self.csv_part(rows, first).map_err(BoxError::from),
                Format::Json => self.json_part(rows, first, last).map_err(BoxError::from),
            }
        });
        let mut response = Body::from_stream(stream::iter(parts)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
            headers.insert(header::CONTENT_DISPOSITION, disposition);
        }
        response
    }

    /// `event-name-2025-11-05T090000Z-2025-11-05T120000Z.csv`. Without the source's slug: it may hold letters of any
    /// script, which a header can't.
    fn file_name(&self, extension: &str) -> String {
        let moment = |at: domain::clock::Timestamp| at.to_utc_text().replace(':', "");
        let dimension = self.dimension.title().to_lowercase().replace(' ', "-");
        format!("{dimension}-{}-{}.{extension}", moment(self.window.from), moment(self.window.counted_until()))
    }

    fn csv_part<'a>(&self, rows: impl Iterator<Item = &'a Row>, first: bool) -> Result<Bytes, csv::Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        if first {
            writer.write_record([
                &self.dimension.title().to_lowercase().replace(' ', "_"),
                "event_count",
                "share",
                "previous_event_count",
                "change",
                "from",
                "until",
            ])?;
        }
        let (from, until) = (self.window.from.to_utc_text(), self.window.counted_until().to_utc_text());
        for row in rows {
            let record = self.record(row);
            let optional = |value: Option<String>| value.unwrap_or_default();
            writer.write_record([
                &as_text(record.key),
                &record.event_count.to_string(),
                &format!("{:.6}", record.share),
                &optional(record.previous_event_count.map(|count| count.to_string())),
                &optional(record.change.map(|change| change.to_string())),
                &from,
                &until,
            ])?;
        }
        let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
        Ok(bytes.into())
    }

    fn json_part<'a>(
        &self,
        rows: impl Iterator<Item = &'a Row>,
        first: bool,
        last: bool,
    ) -> Result<Bytes, serde_json::Error> {
        let mut part = String::new();
        if first {
            let head = serde_json::json!({
                "source": self.source.slug,
                "breakdown": self.dimension.slug(),
                "from": self.window.from.to_utc_text(),
                "until": self.window.counted_until().to_utc_text(),
                "compared_from": self.compared.map(|window| window.from.to_utc_text()),
                "compared_until": self.compared.map(|window| window.until.to_utc_text()),
                "event_count": self.total.now,
            });
            let head = head.to_string();
            part.push_str(head.strip_suffix('}').unwrap_or(&head));
            part.push_str(",\"rows\":[");
        }
        for (place, row) in rows.enumerate() {
            if !first || place > 0 {
                part.push(',');
            }
            part.push_str(&serde_json::to_string(&self.record(row))?);
        }
        if last {
            part.push_str("]}\n");
        }
        Ok(part.into())
    }
}

/// A name that a spreadsheet would take for a formula is marked as text.
fn as_text(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}
