//! The server's half: the lines of a library with the source's key in them, and the newest event in words.

use super::api::{Heard, LibraryLink, NewestEvent, SetupPage, TestEvent};
use crate::error::AppError;
use crate::library::{LIBRARIES, Library, Target, WRITE_KEY};
use crate::pages::source_overview::api::read::head;
use crate::pages::source_overview::samples::whole::{WholeEvent, whole};
use crate::request;
use crate::state::AppState;
use crate::ui::moment::Moment;
use domain::clock::{MINUTE_MS, Timestamp};
use domain::event::EventType;
use domain::source::{SOURCE_SLUG_CHARS_MAX, Source};
use jiff::tz::TimeZone;
use store::event::{StoredEvent, Wanted};

/// After this long a source that has had no event is late.
const LATE_AFTER_MS: i64 = 5 * MINUTE_MS;
/// What the messageId of a test event begins with.
pub const TEST_ID_PREFIX: &str = "headwater-test-";
/// How long such an id is, in bytes.
const TEST_ID_BYTES: usize = TEST_ID_PREFIX.len() + 32;

/// Who may read is decided here once there is sign-in; until then the server listens on loopback only.
pub(super) async fn page(slug: &str, library: &str, test: &str) -> Result<SetupPage, AppError> {
    let state = request::state()?;
    let (zone, origin) = (request::reader_zone(), request::origin());
    let now = (state.now)();
    let (head, zone) = head(&state, slug, zone, now).await?;
    let own = Library::of_kind(&head.source.kind);
    let shown = Library::of_slug(library).unwrap_or(own);
    let others = LIBRARIES.iter().filter(|library| library.slug != own.slug);
    let link = |library: &Library| LibraryLink { slug: library.slug.to_owned(), name: library.name.to_owned() };
    let target = Target { origin, write_key: head.write_key.clone().unwrap_or_else(|| WRITE_KEY.to_owned()) };
    let test = match test {
        "" => None,
        message_id => Some(test_event(&state, &head.source, message_id, now, &zone).await?),
    };
    Ok(SetupPage {
        is_https: target.is_https(),
        library: shown.slug.to_owned(),
        sample: shown.sample(&target),
        libraries: std::iter::once(own).chain(others).map(link).collect(),
        head,
        test,
    })
}

/// The id comes from the address: nothing but a test event's is looked up, because that reads through what is kept.
async fn test_event(
    state: &AppState,
    source: &Source,
    message_id: &str,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<TestEvent, AppError> {
    if message_id.len() != TEST_ID_BYTES || !message_id.starts_with(TEST_ID_PREFIX) {
        return Ok(TestEvent::Unknown);
    }
    let found = store::event::find(&state.store, source.number, message_id).await?;
    Ok(found.map_or(TestEvent::Unknown, |event| TestEvent::Kept {
        bytes: event.line.len() as u64,
        arrived: Moment::new(event.received_at, now, zone),
        verdict: event.verdict,
        message_id: event.message_id.into_string(),
    }))
}

/// Who may read is decided here once there is sign-in; until then the server listens on loopback only.
pub(super) async fn heard(slug: &str) -> Result<Heard, AppError> {
    let (state, zone) = (request::state()?, request::reader_zone());
    let now = (state.now)();
    if slug.chars().count() > SOURCE_SLUG_CHARS_MAX {
        return Err(AppError::not_found());
    }
    let source = store::source::by_slug(&state.store, slug).await?.ok_or_else(AppError::not_found)?;
    let newest = match store::source::last_event_at(&state.store, source.number).await? {
        Some(at) => {
            let wanted = Wanted::default();
            store::event::latest(&state.store, source.number, at, at.plus_ms(1), wanted, 1).await?.pop()
        }
        None => None,
    };
    let newest = match newest {
        Some(event) => {
            let workspace = store::workspace::get(&state.store).await?;
            let zone = zone.or_workspace(workspace.as_ref().map_or("", |workspace| workspace.zone.as_str()));
            let key = store::write_key::of_source(&state.store, &source.id).await?;
            Some(newest_event(&event, &whole(&event, key.as_ref()), now, &zone))
        }
        None => None,
    };
    let late_in_ms = LATE_AFTER_MS - now.since_ms(source.created_at);
    Ok(Heard { is_enabled: source.enabled, newest, late_in_ms })
}

fn newest_event(event: &StoredEvent, whole: &WholeEvent, now: Timestamp, zone: &TimeZone) -> NewestEvent {
    NewestEvent {
        call: event.event_type.map_or("", EventType::code).to_owned(),
        name: whole.name.clone(),
        arrived: Moment::new(event.received_at, now, zone),
        library: whole.library.clone(),
        verdict: event.verdict,
        parts: whole.parts.clone(),
    }
}
