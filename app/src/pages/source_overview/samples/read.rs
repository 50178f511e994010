//! The server's half: the reason's numbers, its newest events, and what they have in common.

use super::api::{SAMPLES_EXPORTED_MAX, SAMPLES_PAGE, Sample, SamplesPage, Split};
use super::arrived::{Arrived, in_short};
use super::curl;
use super::fault::mark;
use super::payload::Payload;
use super::pretty;
use super::reader::{SCANNED_EVENTS_MAX, SampleReader, shown_window};
use super::remedy;
use crate::error::AppError;
use crate::pages::source_overview::query::{OverviewParams, OverviewQuery};
use crate::request;
use crate::state::AppState;
use crate::ui::moment::Moment;
use domain::breakdown::{Breakdown, Dimension, RowKey, Sort};
use domain::clock::{DAY_MS, Timestamp};
use domain::discard::DiscardReason;
use domain::event::EventType;
use domain::number_format::count;
use domain::overview::{Question, Selection};
use domain::source::{SOURCE_SLUG_CHARS_MAX, Source};
use domain::step::Step;
use domain::time_range::{Compare, Window};
use jiff::tz::TimeZone;
use store::event::StoredEvent;
use store::maintenance::EVENTS_KEEP_MS;
use store::overview::Page;

/// Events that are looked at for what arrived instead.
const ARRIVED_EVENTS_MAX: u64 = 500;
/// How long reading may take once the page is full, in milliseconds: more events only make the groups larger.
const ARRIVED_WITHIN_MS: i64 = 300;
/// How long filling the page may take, in milliseconds. A reason that is rare has its events far apart.
const READ_WITHIN_MS: i64 = 3_000;
/// Rows of the small breakdown by app version.
const VERSION_ROWS: usize = 6;
/// Most folded lines that one page of samples carries.
const FOLDED_LINES_MAX: usize = 4_000;
/// Most bytes of payloads that one page of samples carries to be copied.
const COPIED_BYTES_MAX: usize = 256 * 1024;

/// Who may read is decided here once there is sign-in; until then the server listens on loopback only.
pub(super) async fn page(slug: &str, params: &OverviewParams) -> Result<SamplesPage, AppError> {
    let state = request::state()?;
    let (zone, origin) = (request::reader_zone(), request::origin());
    let (mut query, _) = OverviewQuery::parse(&|name| params.get(name));
    let reason = query.open.ok_or_else(AppError::not_found)?;
    if slug.chars().count() > SOURCE_SLUG_CHARS_MAX {
        return Err(AppError::not_found());
    }
    let source = store::source::by_slug(&state.store, slug).await?.ok_or_else(AppError::not_found)?;
    let workspace = store::workspace::get(&state.store).await?;
    let zone = zone.or_workspace(workspace.as_ref().map_or("", |workspace| workspace.zone.as_str()));
    let now = (state.now)();
    let (window, compare) = shown_window(&query, now);
    let question = Question {
        window,
        selection: Selection { step: reason.step(), reason: Some(reason) },
        filters: query.filters.clone(),
        dimension: Dimension::AppVersion,
    };
    let all = |breakdown: Breakdown| breakdown;
    let Page { overview, named } = store::overview::read(&state.store, source.number, question, now, all).await?;
    let counts = overview.series.total();
    // A page past the end is the last one.
    let pages = counts.now.div_ceil(u64::from(SAMPLES_PAGE)).max(1);
    query.samples = query.samples.min(u32::try_from(pages).unwrap_or(u32::MAX));
    let search = search(&state, &source, &query, reason, &window, counts.now).await?;
    let writer = SampleWriter { reason, origin: &origin, zone: &zone, window: &window };
    Ok(SamplesPage {
        counts,
        is_compared: compare != Compare::Nothing,
        step_count: match reason.step() {
            Step::FilteredAtSource => overview.fate.filtered,
            Step::FailedOnIngest | Step::Received | Step::Eligible => overview.fate.failed,
        },
        diff: search.events.first().and_then(|event| writer.diff(event)),
        arrived: search.arrived.rows(reason),
        arrived_of: search.arrived.looked_at(),
        versions: versions(named?.table),
        page: query.samples,
        samples: writer.samples(&search.events),
        has_older: search.has_older,
        note: note(&query, &search, counts.now, &window, now),
        kept_days: EVENTS_KEEP_MS / DAY_MS,
    })
}

/// What reading the events found.
struct Search {
    events: Vec<StoredEvent>,
    arrived: Arrived,
    has_older: bool,
    /// Whether there may be others that were not reached.
    is_cut: bool,
}

async fn search(
    state: &AppState,
    source: &Source,
    query: &OverviewQuery,
    reason: DiscardReason,
    window: &Window,
    counted: u64,
) -> Result<Search, AppError> {
    let started_at = (state.now)();
    let skipped = u64::from(query.samples - 1) * u64::from(SAMPLES_PAGE);
    let wanted = skipped + u64::from(SAMPLES_PAGE);
    let mut reader = SampleReader::open(&state.store, source, window, reason, &query.filters).await?;
    let mut search = Search { events: Vec::new(), arrived: Arrived::default(), has_older: false, is_cut: false };
    let mut seen = 0;
    loop {
        // What arrives meanwhile comes first: those that were counted may be one too few by now.
        let has_all = seen > wanted || seen >= counted;
        let within_ms = if has_all { ARRIVED_WITHIN_MS } else { READ_WITHIN_MS };
        if has_all && seen >= ARRIVED_EVENTS_MAX || (state.now)().since_ms(started_at) > within_ms {
            search.is_cut = !has_all;
            break;
        }
        let Some(event) = reader.next().await? else {
            search.is_cut = reader.is_cut();
            break;
        };
        seen += 1;
        if seen <= ARRIVED_EVENTS_MAX {
            search.arrived.add(&Payload::of(&event, reason), reason, &event.pointer);
        }
        if seen > skipped && seen <= wanted {
            search.events.push(event);
        }
    }
    search.has_older = seen > wanted;
    Ok(search)
}

/// Why there are fewer samples than one would expect.
fn note(query: &OverviewQuery, search: &Search, counted: u64, window: &Window, now: Timestamp) -> Option<String> {
    if search.is_cut {
        let (scanned, seconds) = (count(u64::from(SCANNED_EVENTS_MAX)), READ_WITHIN_MS / 1_000);
        return Some(format!(
            "Not all events were looked at: Headwater stops after {scanned} events or {seconds} s. A shorter range looks \
             further back."
        ));
    }
    if query.filters.pinned().any(|(_, row)| *row == RowKey::Other) {
        return Some("“Other” stands for many names, so it does not narrow the samples.".to_owned());
    }
    if search.events.is_empty() && counted > 0 && window.from < now.plus_ms(-EVENTS_KEEP_MS) {
        let days = EVENTS_KEEP_MS / DAY_MS;
        return Some(format!("These events are counted, but their payloads were only kept for {days} days."));
    }
    let last = u64::from(SAMPLES_EXPORTED_MAX);
    (u64::from(query.samples) * u64::from(SAMPLES_PAGE) >= last && search.has_older)
        .then(|| format!("These are the last of the newest {}. An earlier range shows older ones.", count(last)))
}

fn versions(breakdown: Breakdown) -> Vec<Split> {
    let rows = breakdown.sorted(Sort::default(), None).rows.into_iter().filter(|row| row.counts.now > 0);
    let rows = rows.map(|row| Split {
        field: String::new(),
        value: None,
        title: row.key.label().to_owned(),
        count: row.counts.now,
    });
    Split::with_rest(rows.collect(), VERSION_ROWS, |rest| format!("{rest} more versions"))
}

/// `analytics.js 2.11.1`
pub(super) fn library(event: &StoredEvent) -> Option<String> {
    event.library.as_ref().map(|library| match &library.version {
        Some(version) => format!("{} {version}", library.name),
        None => library.name.to_string(),
    })
}

/// Writes samples for a reader.
struct SampleWriter<'a> {
    reason: DiscardReason,
    origin: &'a str,
    zone: &'a TimeZone,
    window: &'a Window,
}

impl SampleWriter<'_> {
    fn diff(&self, event: &StoredEvent) -> Option<Vec<super::api::DiffLine>> {
        let payload = Payload::of(event, self.reason);
        remedy::diff(&payload, self.reason, &event.pointer, event.received_at)
    }

    fn samples(&self, events: &[StoredEvent]) -> Vec<Sample> {
        let (mut lines_left, mut bytes_left) = (FOLDED_LINES_MAX, COPIED_BYTES_MAX);
        events.iter().map(|event| self.sample(event, &mut lines_left, &mut bytes_left)).collect()
    }

    fn sample(&self, event: &StoredEvent, lines_left: &mut usize, bytes_left: &mut usize) -> Sample {
        let payload = Payload::of(event, self.reason);
        let mark = mark(&payload, self.reason, &event.pointer);
        let write = if payload.is_json { pretty::json } else { pretty::plain };
        let parts = write(&payload.text, mark.as_ref(), lines_left);
        let is_carried = payload.text.len() <= *bytes_left;
        if is_carried {
            *bytes_left -= payload.text.len();
        }
        Sample {
            moment: self.moment(event.received_at),
            call: event.event_type.map_or("", EventType::code).to_owned(),
            message_id: event.message_id.to_string(),
            library: library(event),
            arrived: in_short(&payload, self.reason, &event.pointer),
            parts,
            curl: is_carried.then(|| curl::command(event, &payload, self.reason, self.origin)).flatten(),
            text: is_carried.then_some(payload.text),
        }
    }

    /// `14:32:05`, with its date where the range is longer than a day.
    fn moment(&self, at: Timestamp) -> Moment {
        let zoned = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().to_zoned_datetime(self.zone.clone());
        let format = if self.window.length_ms <= DAY_MS { "%H:%M:%S" } else { "%-d %b, %H:%M:%S" };
        Moment { ago: zoned.strftime(format).to_string(), ..Moment::new(at, self.window.now, self.zone) }
    }
}
