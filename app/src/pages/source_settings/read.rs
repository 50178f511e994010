//! The server's half of showing: the source, its keys, times in words.

use super::api::{KeyLook, KeyRow, Limits, SettingsPage};
use crate::error::AppError;
use crate::pages::source_overview::api::read::head;
use crate::request;
use crate::ui::moment::Moment;
use domain::clock::{DAY_MS, HOUR_MS, Timestamp};
use domain::event::{BATCH_BYTES_MAX, BATCH_EVENTS_MAX, EVENT_BYTES_MAX};
use domain::number_format::count;
use domain::source::DELETED_KEEP_MS;
use domain::time_range::TIERS;
use domain::write_key::{Grace, KeyState, SourceKey};
use jiff::tz::TimeZone;
use store::maintenance::EVENTS_KEEP_MS;

/// Who may read is decided here once there is sign-in; until then the server listens on loopback only.
pub(super) async fn page(slug: &str) -> Result<SettingsPage, AppError> {
    let (state, zone) = (request::state()?, request::reader_zone());
    let now = (state.now)();
    let (head, zone) = head(&state, slug, zone, now).await?;
    let keys = store::write_key::list(&state.store, &head.source.id).await?;
    let received = store::source::received_since(&state.store, head.source.number, now.plus_ms(-DAY_MS)).await?;
    let end = |grace: Grace| (grace, day_and_time(now.plus_ms(grace.ms()), &zone));
    Ok(SettingsPage {
        head,
        keys: keys.into_iter().map(|key| key_row(key, now, &zone)).collect(),
        graces: Grace::ALL.map(end).into(),
        received,
        purge: day_and_time(now.plus_ms(DELETED_KEEP_MS), &zone),
        limits: limits(),
    })
}

fn key_row(key: SourceKey, now: Timestamp, zone: &TimeZone) -> KeyRow {
    let state = match key.state(now) {
        KeyState::Active => KeyLook::Active,
        KeyState::Grace(until) => KeyLook::Grace(day_and_time(until, zone)),
        KeyState::Expired(at) => KeyLook::Expired(day(at, zone)),
        KeyState::Revoked(at) => KeyLook::Revoked(day(at, zone)),
    };
    KeyRow {
        id: key.id,
        name: key.name,
        key: key.key.as_str().to_owned(),
        created: Moment { ago: day(key.created_at, zone), ..Moment::new(key.created_at, now, zone) },
        last_used: key.last_used_at.map(|at| Moment::new(at, now, zone)),
        state,
    }
}

/// What holds today, from the constants that decide it.
fn limits() -> Limits {
    let longest = TIERS.map(|tier| tier.keep_ms).into_iter().max().unwrap_or(0);
    let kilobytes = |bytes: usize| format!("{} KB", bytes / 1024);
    let batch_events = count(u64::try_from(BATCH_EVENTS_MAX).unwrap_or(0));
    Limits {
        events: length(EVENTS_KEEP_MS),
        counts: length(longest),
        sizes: format!(
            "{} per event · {} and {batch_events} events per batch",
            kilobytes(EVENT_BYTES_MAX),
            kilobytes(BATCH_BYTES_MAX)
        ),
    }
}

fn length(ms: i64) -> String {
    if ms >= 2 * DAY_MS { format!("{} days", ms / DAY_MS) } else { format!("{} hours", ms / HOUR_MS) }
}

fn day(at: Timestamp, zone: &TimeZone) -> String {
    written(at, zone, "%-d %b %Y")
}

fn day_and_time(at: Timestamp, zone: &TimeZone) -> String {
    written(at, zone, "%-d %b %Y, %H:%M")
}

fn written(at: Timestamp, zone: &TimeZone, format: &str) -> String {
    let zoned = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().to_zoned_datetime(zone.clone());
    zoned.strftime(format).to_string()
}
