//! What the sample shop sends: a website and an iOS app with a daily and weekly rhythm, releases, an incident after one of
//! them, and a misspelt event. Everything follows from the minute and from how long ago it was, so it is the same every time.

use domain::clock::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp};
use domain::label::Labels;
use fastrand::Rng;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

/// Where the shop's customers live.
pub const ZONE: &str = "Europe/Amsterdam";

/// What sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// The website.
    Web,
    /// The iOS app.
    App,
}

/// A released version, and how long before now that was.
struct Release {
    version: &'static str,
    ago_ms: i64,
}

const fn release(version: &'static str, ago_ms: i64) -> Release {
    Release { version, ago_ms }
}

/// Newest first. `4.12.0` brought the incident, `4.12.1` ended it.
const WEB_RELEASES: [Release; 5] = [
    release("4.12.1", 7 * HOUR_MS),
    release("4.12.0", 19 * HOUR_MS),
    release("4.11.3", 6 * DAY_MS),
    release("4.11.2", 11 * DAY_MS),
    release("4.10.6", 60 * DAY_MS),
];
const APP_RELEASES: [Release; 3] =
    [release("2.9.1", 3 * DAY_MS), release("2.9.0", 9 * DAY_MS), release("2.8.4", 60 * DAY_MS)];

/// Track events and how often they come, per thousand calls; the rest are other calls.
const WEB_EVENTS: &[(&str, u32)] = &[
    ("Product Viewed", 170),
    ("Product List Viewed", 112),
    ("Product Clicked", 86),
    ("Promotion Viewed", 68),
    ("Scroll Depth", 62),
    ("Products Searched", 46),
    ("Product Added", 40),
    ("Cart Viewed", 31),
    ("Checkout Step Completed", 22),
    ("Checkout Started", 18),
    ("Order Completed", 15),
    ("Payment Info Entered", 13),
    ("Product Removed", 9),
    ("Wishlist Product Added", 7),
    ("Coupon Applied", 5),
    ("Product Shared", 3),
    ("Newsletter Signed Up", 2),
    ("Order Refunded", 1),
];
const APP_EVENTS: &[(&str, u32)] = &[
    ("Product Viewed", 180),
    ("Application Opened", 120),
    ("Application Backgrounded", 96),
    ("Product List Viewed", 80),
    ("Product Added", 42),
    ("Push Notification Tapped", 26),
    ("Cart Viewed", 24),
    ("Checkout Started", 16),
    ("Order Completed", 13),
    ("Deep Link Opened", 11),
    ("Application Updated", 4),
];
const PRODUCTS: [&str; 8] = [
    "Alpine shell jacket",
    "Merino base layer",
    "Trail runner GTX",
    "Down sleeping bag",
    "Carbon trekking poles",
    "Wool beanie",
    "Dry bag 20 l",
    "Titanium mug",
];

impl Client {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Web, Self::App];

    /// The name of its source.
    pub fn source_name(self) -> &'static str {
        match self {
            Self::Web => "Storefront web",
            Self::App => "Storefront iOS",
        }
    }

    /// The labels of its source.
    pub fn labels(self) -> Labels {
        let text = match self {
            Self::Web => "env:production team:web",
            Self::App => "env:production team:apps",
        };
        Labels::parse(text).unwrap_or_default()
    }

    /// The kind of its source.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Web => "javascript",
            Self::App => "apple",
        }
    }

    /// Events that its source's schema discards today.
    pub fn blocked_events(self) -> impl Iterator<Item = &'static str> {
        self.blocked_events_then(0)
    }

    /// Events that its source's schema discarded that long ago.
    pub fn blocked_events_then(self, ago_ms: i64) -> impl Iterator<Item = &'static str> {
        // Somebody noticed the misspelt event four days ago.
        let rules: [(&str, i64); 2] = [("Scroll Depth", 60 * DAY_MS), ("product_viewed", 4 * DAY_MS)];
        rules.into_iter().filter(move |(_, since_ms)| self == Self::Web && ago_ms < *since_ms).map(|(name, _)| name)
    }

    /// Calls a minute on an average hour of today.
    fn calls_a_minute(self) -> f64 {
        match self {
            Self::Web => 95.0,
            Self::App => 40.0,
        }
    }

    /// Calls a second of the live traffic, with which the history ends.
    pub fn live_calls_a_second(self) -> f64 {
        match self {
            Self::Web => 13.0,
            Self::App => 7.0,
        }
    }

    fn releases(self) -> &'static [Release] {
        match self {
            Self::Web => &WEB_RELEASES,
            Self::App => &APP_RELEASES,
        }
    }
}

/// The calls between two moments of one minute, in order, each with its moment of arrival; `now` is where the past ends.
pub fn calls(client: Client, from: Timestamp, until: Timestamp, now: Timestamp) -> Vec<(Timestamp, String)> {
    let seed = u64::try_from(from.0).unwrap_or(0) * 2 + u64::from(client == Client::App);
    let mut rng = Rng::with_seed(seed);
    let (ago_ms, length_ms) = (now.since_ms(from), until.since_ms(from).max(1));
    #[expect(clippy::cast_precision_loss, reason = "a part of a minute")]
    let mean = calls_a_minute(client, from, ago_ms) * length_ms as f64 / MINUTE_MS as f64;
    let count = (mean + (rng.f64() + rng.f64() + rng.f64() - 1.5) * 2.0 * mean.sqrt()).round().max(0.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded and not negative")]
    let mut moments: Vec<i64> = (0..count as usize).map(|_| rng.i64(0..length_ms)).collect();
    moments.sort_unstable();
    moments.into_iter().map(|offset| (from.plus_ms(offset), call(client, &mut rng, ago_ms))).collect()
}

/// The rhythm of day and week in the shop's zone, growing towards a sale that began an hour before now.
fn calls_a_minute(client: Client, at: Timestamp, ago_ms: i64) -> f64 {
    let zone = TimeZone::get(ZONE).unwrap_or(TimeZone::UTC);
    let Ok(local) = jiff::Timestamp::from_millisecond(at.0).map(|moment| moment.to_zoned_datetime(zone)) else {
        return 0.0;
    };
    let hour = f64::from(local.hour()) + f64::from(local.minute()) / 60.0;
    // Quiet at 4 in the morning, a first peak at noon, the larger one at 20:30.
    let hump = |peak: f64, width: f64| (-((hour - peak) / width).powi(2)).exp();
    let day = 0.10 + 0.85 * hump(12.5, 3.6) + 1.25 * hump(20.5, 2.6) + 0.35 * hump(16.5, 3.0);
    let week = match local.weekday() {
        jiff::civil::Weekday::Saturday => 1.18,
        jiff::civil::Weekday::Sunday => 1.34,
        jiff::civil::Weekday::Friday => 0.94,
        _ => 1.0,
    };
    #[expect(clippy::cast_precision_loss, reason = "hours")]
    let hours_ago = ago_ms as f64 / HOUR_MS as f64;
    let growth = (-hours_ago / (3.0 * 24.0)).exp().max(0.06);
    let base = client.calls_a_minute() * 1.55 * day * week * growth;
    base.max(client.live_calls_a_second() * 60.0 * (-hours_ago / 0.8).exp())
}

/// One call, as an item of a batch.
pub fn call(client: Client, rng: &mut Rng, ago_ms: i64) -> String {
    let version = version(client, rng, ago_ms);
    let roll = rng.u32(0..1_000);
    let mut body = match client {
        Client::Web => web_call(rng, roll, version),
        Client::App => app_call(rng, roll),
    };
    let id = format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        rng.u32(..),
        rng.u16(..),
        rng.u16(..4096),
        rng.u16(..4096),
        rng.u64(..1 << 48)
    );
    body["messageId"] = json!(id);
    body["context"] = context(client, rng, version);
    let visitor = rng.u32(..90_000);
    body["anonymousId"] = json!(format!("{:08x}-5d1c-4e0a-9b7e-{:012x}", visitor.wrapping_mul(2_654_435_761), visitor));
    if visitor.is_multiple_of(3) || body["type"] == "alias" {
        body["userId"] = json!(format!("cust_{}", 10_000 + visitor));
    }
    spoil(rng, &mut body);
    body.to_string()
}

/// Which version a visitor has: each release is taken up by most within a day (web) or some days (app).
fn version(client: Client, rng: &mut Rng, ago_ms: i64) -> &'static str {
    let take_up_ms = match client {
        Client::Web => 4 * HOUR_MS,
        Client::App => 40 * HOUR_MS,
    };
    let releases = client.releases();
    for release in releases {
        let age_ms = release.ago_ms - ago_ms;
        #[expect(clippy::cast_precision_loss, reason = "a ratio")]
        if age_ms > 0 && rng.f64() > (-(age_ms as f64) / take_up_ms as f64).exp() {
            return release.version;
        }
    }
    releases[releases.len() - 1].version
}

fn web_call(rng: &mut Rng, roll: u32, version: &str) -> Value {
    if let Some(name) = pick(WEB_EVENTS, roll) {
        // 4.11.3 has one button that reports under a name of its own.
        let misspelt = name == "Product Viewed" && version == "4.11.3" && rng.u8(..100) < 22;
        return track(rng, if misspelt { "product_viewed" } else { name });
    }
    match roll {
        985.. => json!({ "type": "group", "groupId": format!("club_{}", rng.u8(1..40)), "traits": { "tier": "gold" } }),
        975..985 => json!({ "type": "alias", "previousId": format!("anon_{}", rng.u32(..)) }),
        925..975 => json!({ "type": "identify", "traits": { "country": "NL", "newsletter": rng.bool() } }),
        _ => {
            let product = PRODUCTS[rng.usize(..PRODUCTS.len())];
            // The incident: 4.12.0 sends the breadcrumbs as they are.
            let category = if version == "4.12.0" && rng.u8(..100) < 62 {
                json!(["Outdoor", "Jackets"])
            } else {
                json!("Outdoor")
            };
            json!({ "type": "page", "name": "Product detail", "category": category,
                    "properties": { "path": format!("/p/{}", slug(product)), "title": product } })
        }
    }
}

fn app_call(rng: &mut Rng, roll: u32) -> Value {
    if let Some(name) = pick(APP_EVENTS, roll) {
        return track(rng, name);
    }
    match roll {
        960.. => json!({ "type": "identify", "traits": { "push": rng.bool() } }),
        _ => json!({ "type": "screen", "name": "Product", "properties": { "product": PRODUCTS[rng.usize(..8)] } }),
    }
}

fn pick(events: &[(&'static str, u32)], roll: u32) -> Option<&'static str> {
    let mut up_to = 0;
    events.iter().find_map(|(name, weight)| {
        up_to += weight;
        (roll < up_to).then_some(*name)
    })
}

fn track(rng: &mut Rng, name: &str) -> Value {
    let product = PRODUCTS[rng.usize(..PRODUCTS.len())];
    let properties = json!({
        "product_id": format!("sku_{:04}", rng.u16(..2_000)), "name": product, "quantity": rng.u8(1..4),
        "price": f64::from(rng.u32(990..42_900)) / 100.0, "currency": "EUR",
    });
    json!({ "type": "track", "event": name, "properties": properties })
}

fn context(client: Client, rng: &mut Rng, version: &str) -> Value {
    let (library, library_version) = match client {
        Client::Web => ("analytics.js", "npm:next-1.84.3"),
        Client::App => ("analytics-swift", "1.9.1"),
    };
    let mut context = json!({ "library": { "name": library, "version": library_version }, "locale": "nl-NL" });
    // Some visitors' pages come from a cache that never knew its version.
    if client == Client::App || rng.u16(..1_000) >= 12 {
        context["app"] = json!({ "name": "Storefront", "version": version });
    }
    context
}

/// The faults that every shop has, all the time: a few calls in a thousand.
fn spoil(rng: &mut Rng, body: &mut Value) {
    match rng.u32(..10_000) {
        0..22 => body["userId"] = json!(rng.u32(10_000..99_999)),
        22..34 => {
            body["anonymousId"] = Value::Null;
            body["userId"] = Value::Null;
        }
        34..42 if body["type"] == "track" => body["event"] = Value::Null,
        42..48 if body["type"] == "track" => body["properties"] = json!("[object Object]"),
        _ => {}
    }
}

fn slug(product: &str) -> String {
    product.to_lowercase().replace(' ', "-")
}

#[cfg(test)]
mod tests {
    use super::{Client, DAY_MS, HOUR_MS, MINUTE_MS, Timestamp, calls};

    fn minute(client: Client, from: Timestamp, now: Timestamp) -> Vec<(Timestamp, String)> {
        calls(client, from, from.plus_ms(MINUTE_MS), now)
    }

    const NOW: Timestamp = Timestamp(1_762_435_920_000);

    #[test]
    fn the_past_is_the_same_every_time_and_in_order() {
        let then = NOW.plus_ms(-3 * DAY_MS);
        let calls = minute(Client::Web, then, NOW);
        assert_eq!(calls, minute(Client::Web, then, NOW));
        assert!(calls.windows(2).all(|pair| pair[0].0 <= pair[1].0));
        assert!(calls.iter().all(|(at, _)| *at >= then && at.since_ms(then) < MINUTE_MS));
    }

    #[test]
    fn evenings_are_busier_than_nights_and_the_incident_is_in_its_version() {
        let sum = |from_ms: i64| -> usize {
            (0..60).map(|i| minute(Client::Web, NOW.plus_ms(-from_ms + i * MINUTE_MS), NOW).len()).sum()
        };
        // NOW is 14:32 in Amsterdam: 18 hours before is the evening, 10.5 hours before the night.
        assert!(sum(18 * HOUR_MS) > 4 * sum(10 * HOUR_MS + HOUR_MS / 2));
        let bad: Vec<String> = (0..120)
            .flat_map(|i| minute(Client::Web, NOW.plus_ms(-14 * HOUR_MS + i * MINUTE_MS), NOW))
            .map(|(_, json)| json)
            .filter(|json| json.contains(r#""category":["#))
            .collect();
        assert!(!bad.is_empty(), "no call of the incident");
        let elsewhere = bad.iter().filter(|json| json.contains(r#""app""#) && !json.contains("4.12.0"));
        assert_eq!(elsewhere.count(), 0, "only 4.12.0 sends the breadcrumbs");
    }
}
