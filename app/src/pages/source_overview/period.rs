//! A period in the local times of its form becomes the address of the page. What can't be read goes along as it is: the
//! page says so.

use super::labels::zone_offsets;
use super::query::OverviewQuery;
use crate::href;
use domain::civil::LocalTime;
use domain::clock::Timestamp;
use domain::time_range::{Compare, TimeRange};
use domain::zone_offsets::Edge;
use jiff::tz::TimeZone;

/// Longest zone name that is looked up, in bytes: the longest has 38.
const ZONE_BYTES_MAX: usize = 64;

/// The address of a source's overview with the period of a form: `from` and `until`, or `compared_from`, both in the zone
/// `zone` (UTC without one). Every other field stays as it is.
#[must_use]
pub fn address(slug: &str, now: Timestamp, get: impl Fn(&str) -> Option<String>) -> String {
    let zone = get("zone").filter(|zone| zone.len() <= ZONE_BYTES_MAX).and_then(|zone| TimeZone::get(&zone).ok());
    let offsets = zone_offsets(&zone.unwrap_or(TimeZone::UTC), now);
    let moment = |text: &str, edge: Edge| LocalTime::from_iso(text).map(|local| offsets.moment(local, edge));
    let (mut query, _) = OverviewQuery::parse(&get);
    let mut unusable = Vec::new();
    if let (Some(from), Some(until)) = (get("from"), get("until")) {
        match (moment(&from, Edge::Start), moment(&until, Edge::End)) {
            (Some(from), Some(until)) if from < until => query = query.with_range(TimeRange::Custom { from, until }),
            (Some(from), Some(until)) => unusable.push(("range", TimeRange::Custom { from, until }.text())),
            (Some(_) | None, _) => unusable.push(("range", format!("{from}..{until}"))),
        }
    }
    if let Some(start) = get("compared_from") {
        match moment(&start, Edge::Start) {
            Some(start) => query = query.with_compare(Compare::From(start)),
            None => unusable.push(("compare", start)),
        }
    }
    let mut fields = query.fields();
    fields.retain(|(name, _)| unusable.iter().all(|(unusable, _)| unusable != name));
    fields.extend(unusable);
    href::with_query(&href::source_overview(slug), &fields)
}

#[cfg(test)]
mod tests {
    use super::{Timestamp, address};

    /// 2025-11-06T13:32:07.250Z, which is 8:32 in New York and 14:32 in Amsterdam.
    const NOW: Timestamp = Timestamp(1_762_435_927_250);

    #[test]
    fn local_times_become_utc_and_the_rest_stays() {
        for (form, query) in [
            (
                "zone=America/New_York&from=2025-11-05T09:00&until=2025-11-05T12:00&step=failed&page=3",
                "step=failed&range=2025-11-05T14:00:00Z..2025-11-05T17:00:00Z",
            ),
            (
                "from=2025-11-05T09:00&until=2025-11-05T12:00:30&as=percentages",
                "range=2025-11-05T09:00:00Z..2025-11-05T12:00:30Z&as=percentages",
            ),
            // Clocks are set back: 02:00 to 03:00 comes twice, and both are meant.
            (
                "zone=Europe/Amsterdam&from=2025-10-26T02:00&until=2025-10-26T02:30",
                "range=2025-10-26T00:00:00Z..2025-10-26T01:30:00Z",
            ),
            // Clocks are set forward: there is no 02:30.
            (
                "zone=Europe/Amsterdam&from=2025-03-30T02:30&until=2025-03-30T04:00",
                "range=2025-03-30T01:00:00Z..2025-03-30T02:00:00Z",
            ),
            ("zone=Europe/Amsterdam&compared_from=2025-11-01T09:00&range=7d", "range=7d&compare=2025-11-01T08:00:00Z"),
        ] {
            assert_eq!(of(form), format!("/sources/shop/overview?{query}"), "{form}");
        }
    }

    #[test]
    fn what_cannot_be_read_goes_along() {
        for (form, query) in [
            (
                "from=2025-11-05T12:00&until=2025-11-05T09:00&step=failed",
                "step=failed&range=2025-11-05T12:00:00Z..2025-11-05T09:00:00Z",
            ),
            ("from=soon&until=2025-11-05T09:00&range=7d", "range=soon..2025-11-05T09:00"),
            ("from=&until=&zone=Atlantis", "range=.."),
            ("compared_from=2025-02-30T00:00&compare=week", "compare=2025-02-30T00:00"),
        ] {
            assert_eq!(of(form), format!("/sources/shop/overview?{query}"), "{form}");
        }
        assert_eq!(of("from=2025-11-05T09:00"), "/sources/shop/overview");
    }

    fn of(form: &str) -> String {
        let fields: Vec<(&str, &str)> = form.split('&').filter_map(|field| field.split_once('=')).collect();
        address("shop", NOW, |name| fields.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }
}
