//! The kept events of one reason, newest first, narrowed by the page's filters. Names and versions are only inside the
//! payloads, so narrowing by them reads events that are not given; how many is bounded.

use super::json::{unescape, value_at};
use super::payload::without_keys;
use crate::pages::source_overview::query::OverviewQuery;
use domain::breakdown::{Dimension, RowKey};
use domain::clock::Timestamp;
use domain::discard::DiscardReason;
use domain::event::{APP_VERSION_CHARS_MAX, EVENT_NAME_CHARS_MAX, EventType};
use domain::filter::Filters;
use domain::overview::Selection;
use domain::source::Source;
use domain::time_range::{Compare, Window};
use domain::write_key::WriteKey;
use store::event::{StoredEvent, Wanted};
use store::reader::{EventReader, Scope};
use store::{Store, StoreError};

/// Most events of the reason that are read for one answer.
pub const SCANNED_EVENTS_MAX: u32 = 20_000;

/// The window that the page of this address shows, and with what it is compared.
#[must_use]
pub fn shown_window(query: &OverviewQuery, now: Timestamp) -> (Window, Compare) {
    let range = query.range.within_kept(now).unwrap_or_default();
    let compare = query.compare.before(range, now);
    (range.resolve_compared(now, compare), compare)
}

/// Reads samples.
pub struct SampleReader {
    events: EventReader,
    filters: Filters,
    /// The source's own, to be masked.
    key: Option<WriteKey>,
    scanned: u32,
}

impl SampleReader {
    /// Opens a reader at the window's end.
    ///
    /// # Errors
    /// The database fails.
    pub async fn open(
        store: &Store,
        source: &Source,
        window: &Window,
        reason: DiscardReason,
        filters: &Filters,
    ) -> Result<Self, StoreError> {
        let wanted = Wanted { selection: Selection { step: reason.step(), reason: Some(reason) } };
        let Window { from, until, .. } = *window;
        let scope = Scope { source: source.number, from, until, wanted };
        let key = store::write_key::of_source(store, &source.id).await?;
        Ok(Self { events: EventReader::open(store, scope).await?, filters: filters.clone(), key, scanned: 0 })
    }

    /// The next one, its write keys masked; none where there is no other, or where [`Self::is_cut`].
    ///
    /// # Errors
    /// The database fails, or holds what cannot be read.
    pub async fn next(&mut self) -> Result<Option<StoredEvent>, StoreError> {
        while !self.is_cut() {
            let Some(mut event) = self.events.next().await? else { return Ok(None) };
            self.scanned += 1;
            if passes(&event, &self.filters) {
                event.line = without_keys(&event.line, self.key.as_ref()).into();
                return Ok(Some(event));
            }
        }
        Ok(None)
    }

    /// Whether it stopped before it had read everything.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.scanned >= SCANNED_EVENTS_MAX
    }
}

/// Whether an event is in all pinned rows. Which events were counted under `Other` is not known afterwards: that row
/// lets everything through.
fn passes(event: &StoredEvent, filters: &Filters) -> bool {
    filters.pinned().all(|(dimension, row)| match (dimension, row) {
        (_, RowKey::Other) | (Dimension::Reason, _) => true,
        (Dimension::EventType, RowKey::Type(event_type)) => event.event_type == Some(*event_type),
        (Dimension::EventType, _) => event.event_type.is_none(),
        (Dimension::EventName, RowKey::Name(name)) => name_of(event).as_deref() == Some(name),
        (Dimension::EventName, _) => name_of(event).is_none(),
        (Dimension::AppVersion, RowKey::Version(version)) => version_of(event).as_deref() == Some(version),
        (Dimension::AppVersion, _) => version_of(event).is_none(),
        (Dimension::Library, RowKey::Library(label)) => {
            event.library.as_ref().is_some_and(|library| *library.label() == **label)
        }
        (Dimension::Library, _) => event.library.is_none(),
    })
}

/// The name under which it was counted.
fn name_of(event: &StoredEvent) -> Option<String> {
    if event.event_type != Some(EventType::Track) {
        return None;
    }
    let name = unescape(value_at(&event.line, "/event")?)?;
    (!name.is_empty()).then(|| name.chars().take(EVENT_NAME_CHARS_MAX).collect())
}

/// The app version under which it was counted: a string, or a number as it was written.
fn version_of(event: &StoredEvent) -> Option<String> {
    let value = value_at(&event.line, "/context/app/version")?;
    let version = match value.as_bytes().first()? {
        b'"' => unescape(value).filter(|text| !text.is_empty())?,
        b'-' | b'0'..=b'9' => value.to_owned(),
        _ => return None,
    };
    Some(version.chars().take(APP_VERSION_CHARS_MAX).collect())
}

#[cfg(test)]
mod tests {
    use super::{Dimension, DiscardReason, EventType, Filters, RowKey, passes};
    use crate::pages::source_overview::samples::payload::tests::stored;

    #[test]
    fn filters_read_what_was_counted() {
        let event = stored(
            DiscardReason::IdNotString,
            "/userId",
            r#"{"type":"track","event":"Paid","context":{"app":{"version":2.50}}}"#,
        );
        let bare = stored(DiscardReason::InvalidJson, "", "\"{\"");
        for (dimension, row, passes_event, passes_bare) in [
            (Dimension::EventType, RowKey::Type(EventType::Track), true, false),
            (Dimension::EventType, RowKey::Type(EventType::Page), false, false),
            (Dimension::EventType, RowKey::NoType, false, true),
            (Dimension::EventName, RowKey::Name("Paid".into()), true, false),
            (Dimension::EventName, RowKey::Name("paid".into()), false, false),
            (Dimension::EventName, RowKey::Unnamed, false, true),
            (Dimension::EventName, RowKey::Other, true, true),
            (Dimension::AppVersion, RowKey::Version("2.50".into()), true, false),
            (Dimension::AppVersion, RowKey::NoVersion, false, true),
            (Dimension::Library, RowKey::Library("analytics.js".into()), false, false),
            (Dimension::Library, RowKey::NoLibrary, true, true),
        ] {
            let filters = Filters::default().with(dimension, Some(row.clone()));
            assert_eq!((passes(&event, &filters), passes(&bare, &filters)), (passes_event, passes_bare), "{row:?}");
        }
        let both = Filters::default()
            .with(Dimension::EventName, Some(RowKey::Name("Paid".into())))
            .with(Dimension::AppVersion, Some(RowKey::Version("3".into())));
        assert!(!passes(&event, &both) && passes(&event, &Filters::default()));
    }

    #[test]
    fn long_names_and_versions_are_cut_as_they_were_for_counting() {
        let line = format!(
            r#"{{"type":"track","event":"{}","context":{{"app":{{"version":"{}"}}}}}}"#,
            "ñ".repeat(300),
            "1".repeat(90)
        );
        let event = stored(DiscardReason::NameTooLong, "/event", &line);
        let filters = Filters::default()
            .with(Dimension::EventName, Some(RowKey::Name("ñ".repeat(200).into())))
            .with(Dimension::AppVersion, Some(RowKey::Version("1".repeat(64).into())));
        assert!(passes(&event, &filters));
    }
}
