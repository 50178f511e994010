//! An event comes back from the store as it was judged, whichever way it was sent: what its own JSON says of it is not kept
//! beside it, and is read there by other code than that which judged it.

use domain::clock::Timestamp;
use domain::event::EventType;
use domain::source::SourceNumber;
use pipeline::ingest::decode::{Route, decode};
use pipeline::ingest::judge::{Arrival, judge};
use pipeline::writer::Writer;
use std::sync::atomic::{AtomicU8, Ordering};
use store::event::Wanted;
use store::write_key::SourceRules;
use store::{Durability, Store};
use tempfile::TempDir;

const NOW: Timestamp = Timestamp(1_762_435_927_250);
const TRACK: Route = Route::Single(EventType::Track);
const LONG: &str =
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345";

/// Another one each time.
fn random() -> [u8; 10] {
    static CALLS: AtomicU8 = AtomicU8::new(0);
    [CALLS.fetch_add(1, Ordering::Relaxed); 10]
}

#[tokio::test]
async fn an_event_comes_back_as_it_was_judged() {
    let library =
        format!(r#"{{"event":"E","userId":"u","messageId":"l","context":{{"library":{{"name":"{LONG}"}}}}}}"#);
    let bodies: [(Route, &str); 14] = [
        (TRACK, r#"{"event":"E","userId":"u","messageId":"a","context":{"library":{"name":"go","version":"3"}}}"#),
        (TRACK, "{\"event\":\"E\",\n\"userId\":\"u\",\r\n\"messageId\" : \"b\"}"),
        (TRACK, r#"{"event":"E","messageId":"c0","messageId":"c","properties":{"messageId":"no"}}"#),
        (TRACK, r#"{"event":"E","messageId":"d\u0031\"","context":{"library":{"name":"g\u006f"}}}"#),
        (TRACK, r#"{"event":"E","messageId":"e0","messageId":7,"context":{"library":{"name":7,"version":2.50}}}"#),
        (TRACK, r#"{"event":"E","messageId":"","context":{"library":{"name":"","version":""}}}"#),
        (TRACK, r#"{"event":"E","messageId":"f","context":{"library":{"name":"go","version":2.50}}}"#),
        (TRACK, r#"{"event":"E","messageId":"g","context":{"library":{"name":"js"}},"context":{"library":[]}}"#),
        (TRACK, r#"{"event":"E","messageId":"h","context":{"library":{"name":"js"}},"context":null}"#),
        (TRACK, r#"{"event":"E","\u006dessageId":"i","context":{"library":{"name":"js","name":"go","version":null}}}"#),
        (TRACK, &library),
        (TRACK, r#"{"event":"E","messageId":"j","userId":"\ud800"}"#),
        (
            Route::Batch,
            r#"{"batch":[{"messageId":"k1","type":"page"},7,{"messageId":"k2","context":{"library":{"name":"own"}}},
               {"messageId":"k3","userId":"\ud800"}],"context":{"library":{"name":"shared","version":"1"}}}"#,
        ),
        (
            Route::Batch,
            r#"{"batch":[{"messageId":"m1","type":"page"},"messageId",{"messageId":"m2"},{"messageId":"m2"}]}"#,
        ),
    ];
    let too_long = format!(r#"{{"event":"E","userId":"u","messageId":"{LONG}"}}"#);
    let rules = SourceRules::without_key(SourceNumber(1), Default::default());
    for (route, body) in bodies.into_iter().chain([(TRACK, &*too_long)]) {
        let dir = TempDir::new().expect("a temporary folder");
        let store = Store::open(dir.path(), Durability::Normal).await.expect("a new database");
        let (writer, _task) = Writer::start(&store, || NOW).await.expect("a writer");
        let decoded = decode(route, body.as_bytes());
        let mut judged = judge(&decoded.drafts, &rules, Arrival { received_at: NOW, random, ip: None });
        writer.submit(None, writer.pack(&judged).expect("packs")).await.expect("stored");
        let kept = store::event::latest(&store, SourceNumber(1), NOW, NOW.plus_ms(1), Wanted::default(), 10).await;
        let kept: Vec<_> =
            kept.expect("events").into_iter().rev().map(|kept| (kept.message_id, kept.library)).collect();
        judged.dedup_by(|again, first| again.message_id == first.message_id);
        let judged: Vec<_> = judged.into_iter().map(|event| (event.message_id.into(), event.library)).collect();
        assert_eq!(kept, judged, "{body}");
    }
}
