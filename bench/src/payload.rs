//! What is sent: requests that are ready but for their messageIds. Events look like those of a shop, so that parsing and
//! compressing them costs what real ones cost; a pool of different ones is sent in turn.

use crate::clock;
use anyhow::{Result, bail};
use base64::Engine;
use domain::event::BATCH_BYTES_MAX;
use fastrand::Rng;
use std::ops::Range;

/// Digits of a messageId: as many bits as a UUID has.
const ID_CHARS: usize = 32;
/// Events of a pool: more than a commit and a window of the compressor hold, so that none meets itself in a block.
const POOL_EVENTS: usize = 8_192;
/// From this size on an event carries what a browser's library says about its page.
const RICH_BYTES: usize = 700;
/// Names under which a shop's events count.
pub const NAMES: usize = 50;
const VERSIONS: usize = 3;
const USERS: u32 = 50_000;
const PRODUCTS: usize = 500;
const WORDS: [&str; 32] = [
    "amber", "basket", "canvas", "delta", "ember", "forest", "garnet", "harbor", "indigo", "jasper", "kettle", "linen",
    "marble", "nectar", "olive", "pepper", "quartz", "river", "saffron", "timber", "umber", "velvet", "willow",
    "xenon", "yarrow", "zephyr", "anchor", "bridge", "copper", "drift", "engine", "fable",
];

/// The shape of a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Events of a request; 1 is a single call.
    pub batch: usize,
    /// JSON of one event.
    pub event_bytes: usize,
    /// Connections, each with one request under way.
    pub connections: usize,
    /// Names under which they count.
    pub names: usize,
}

impl Shape {
    /// Whether a request is not larger than one may be.
    pub fn fits(self) -> bool {
        self.batch * (self.event_bytes + 1) + 64 <= BATCH_BYTES_MAX
    }

    /// As in tables.
    pub fn label(self) -> String {
        let size = match self.event_bytes {
            bytes if bytes % 1_000 == 0 => format!("{} kB", bytes / 1_000),
            bytes => format!("{bytes} B"),
        };
        match self.batch {
            1 => format!("single, {size}, {} connections", self.connections),
            batch => format!("{batch} × {size}, {} connections", self.connections),
        }
    }
}

/// A request whose messageIds are written anew each time.
pub struct Template {
    bytes: Vec<u8>,
    ids: Vec<usize>,
    rng: Rng,
}

impl Template {
    /// A track call or a batch under this write key.
    ///
    /// # Errors
    /// Events cannot be made that small.
    pub fn new(shape: Shape, write_key: &str, rng: &mut Rng) -> Result<Self> {
        let events: Vec<String> = (0..shape.batch).map(|_| event(shape, rng)).collect::<Result<_>>()?;
        let (path, body) = match shape.batch {
            1 => ("/v1/track", events.concat()),
            _ => ("/v1/batch", format!("{{\"batch\":[{}],\"sentAt\":\"{}\"}}", events.join(","), now_text())),
        };
        Self::of(path, write_key, &body, rng)
    }

    /// A track call with nothing but a name.
    ///
    /// # Errors
    /// Never; as [`Self::new`].
    pub fn named(name: &str, write_key: &str, rng: &mut Rng) -> Result<Self> {
        let body = format!("{{\"event\":\"{name}\",\"userId\":\"u\",\"messageId\":\"{}\"}}", "0".repeat(ID_CHARS));
        Self::of("/v1/track", write_key, &body, rng)
    }

    fn of(path: &str, write_key: &str, body: &str, rng: &mut Rng) -> Result<Self> {
        let key = base64::engine::general_purpose::STANDARD.encode(format!("{write_key}:"));
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Basic {key}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        );
        let mark = "\"messageId\":\"";
        let ids = body.match_indices(mark).map(|(at, _)| head.len() + at + mark.len()).collect();
        Ok(Self { bytes: [head, body.to_owned()].concat().into_bytes(), ids, rng: rng.fork() })
    }

    /// The next request: the same events under ids that nobody had.
    pub fn stamp(&mut self) -> &[u8] {
        for &at in &self.ids {
            if let Some(place) = self.bytes.get_mut(at..at + ID_CHARS) {
                write_hex(place, self.rng.u128(..));
            }
        }
        &self.bytes
    }

    /// How many events it carries.
    pub fn events(&self) -> u64 {
        self.ids.len() as u64
    }
}

fn write_hex(place: &mut [u8], mut value: u128) {
    for digit in place {
        *digit = b"0123456789abcdef"[usize::from(value as u8 & 15)];
        value >>= 4;
    }
}

/// Requests enough for this share of the connections, all sources in turn.
///
/// # Errors
/// Events cannot be made that small.
pub fn pool(shape: Shape, write_keys: &[String], share: Range<usize>, rng: &mut Rng) -> Result<Vec<Template>> {
    let different = POOL_EVENTS / shape.batch * share.len() / shape.connections.max(1);
    let count = different.max(share.len() + 1).max(write_keys.len());
    let keys = write_keys.iter().cycle().skip(share.start);
    keys.take(count).map(|key| Template::new(shape, key, rng)).collect()
}

fn event(shape: Shape, rng: &mut Rng) -> Result<String> {
    let event_type = if shape.batch == 1 { "" } else { "\"type\":\"track\"," };
    let (name, version) = (rng.usize(..shape.names), rng.usize(..VERSIONS));
    let rich = if shape.event_bytes >= RICH_BYTES { page(rng) } else { String::new() };
    let start = format!(
        "{{{event_type}\"event\":\"Event {name:02}\",\"userId\":\"u{:05}\",\"messageId\":\"{}\",\"timestamp\":\"{}\",\
         \"context\":{{\"app\":{{\"version\":\"1.{version}.0\"}}{rich}}},\"properties\":{{",
        rng.u32(..USERS),
        "0".repeat(ID_CHARS),
        now_text(),
    );
    let end = "}}";
    let Some(room) = shape.event_bytes.checked_sub(start.len() + end.len()) else {
        bail!("an event has at least {} bytes", start.len() + end.len());
    };
    Ok(format!("{start}{}{end}", properties(room, rng)?))
}

/// What a browser's library adds.
fn page(rng: &mut Rng) -> String {
    let (first, second) = (word(rng.usize(..)), word(rng.usize(..)));
    format!(
        ",\"library\":{{\"name\":\"analytics.js\",\"version\":\"2.1.0\"}},\"locale\":\"en-GB\",\"timezone\":\
         \"Europe/Amsterdam\",\"userAgent\":\"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/1{:02}.0.0.0\",\
         \"screen\":{{\"width\":{},\"height\":1080}},\"page\":{{\"path\":\"/{first}/{second}\",\"referrer\":\"\",\
         \"title\":\"{first} {second}\",\"url\":\"https://shop.example/{first}/{second}?q={:x}\"}}",
        rng.u32(10..50),
        rng.u32(80..250) * 10,
        rng.u32(..),
    )
}

/// So many bytes: products while there is room, then a remark.
fn properties(bytes: usize, rng: &mut Rng) -> Result<String> {
    let (open, mid, close) = ("\"products\":[", "],\"note\":\"", "\"");
    let mut products = String::new();
    loop {
        let product = product(rng.usize(..PRODUCTS), rng.u8(1..5));
        if open.len() + products.len() + 1 + product.len() + mid.len() + close.len() > bytes {
            break;
        }
        let comma = if products.is_empty() { "" } else { "," };
        products = format!("{products}{comma}{product}");
    }
    let (open, mid) = if products.is_empty() { ("", "\"note\":\"") } else { (open, mid) };
    let Some(room) = bytes.checked_sub(open.len() + products.len() + mid.len() + close.len()) else {
        bail!("an event has no room for its properties");
    };
    let first = rng.usize(..);
    let note: String = (first..).take(room).map(|n| format!("{} ", word(n))).collect();
    Ok(format!("{open}{products}{mid}{}{close}", note.get(..room).unwrap_or_default()))
}

fn product(number: usize, quantity: u8) -> String {
    let (colour, thing) = (word(number), word(number / 7 + 11));
    format!(
        "{{\"product_id\":\"p-{number:04}\",\"sku\":\"{thing}-{number:04}-{colour}\",\"name\":\"{colour} {thing}\",\
         \"category\":\"{thing}\",\"price\":{}.95,\"quantity\":{quantity},\
         \"url\":\"https://shop.example/{thing}/{number:04}\"}}",
        number % 90 + 9,
    )
}

fn word(number: usize) -> &'static str {
    WORDS.get(number % WORDS.len()).copied().unwrap_or_default()
}

fn now_text() -> String {
    clock::now().to_utc_text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::event::EventType;
    use pipeline::ingest::decode::{Route, decode};
    use std::collections::HashSet;

    #[test]
    fn every_request_is_read_as_the_events_that_it_says() {
        let mut rng = Rng::with_seed(1);
        let mut ids = HashSet::new();
        for (batch, event_bytes) in [(1, 300), (1, 8_000), (10, 1_000), (500, 1_000)] {
            let shape = Shape { batch, event_bytes, connections: 1, names: NAMES };
            assert!(shape.fits(), "{shape:?}");
            let mut template = Template::new(shape, "key", &mut rng).unwrap();
            let route = if batch == 1 { Route::Single(EventType::Track) } else { Route::Batch };
            for _ in 0..2 {
                let request = template.stamp().to_vec();
                let text = String::from_utf8(request).unwrap();
                let (head, body) = text.split_once("\r\n\r\n").unwrap();
                assert!(head.ends_with(&format!("content-length: {}", body.len())));
                let decoded = decode(route, body.as_bytes());
                assert_eq!((decoded.refused, decoded.drafts.len()), (None, batch));
                for draft in &decoded.drafts {
                    assert_eq!((draft.raw.len(), draft.event_type), (event_bytes, Some(EventType::Track)));
                    assert!(ids.insert(draft.message_id().unwrap().to_owned()), "an id came twice");
                }
            }
        }
    }

    #[test]
    fn sources_take_turns() {
        let shape = Shape { batch: 100, event_bytes: 300, connections: 4, names: NAMES };
        let keys: Vec<String> = (0..3).map(|n| format!("key-{n}")).collect();
        let pool = pool(shape, &keys, 0..2, &mut Rng::with_seed(1)).unwrap();
        assert!(pool.len() > 2);
        let texts: HashSet<String> =
            pool.iter().map(|template| String::from_utf8_lossy(&template.bytes[..90]).into_owned()).collect();
        assert_eq!(texts.len(), 3);
    }
}
