//! How much room the database says it takes.

mod support;

use domain::clock::HOUR_MS;
use store::footprint::footprint;
use support::{Database, Keep, NOW, tracks};

#[tokio::test]
async fn events_wait_in_the_tail_are_packed_and_leave_free_pages_behind() {
    let database = Database::new().await;
    let mut writer = database.writer().await;
    let empty = footprint(&database.store).await.expect("measures");
    assert_eq!((empty.packed_events, empty.packed_bytes, empty.tail_events), (0, 0, 0));
    for n in 0..50 {
        writer.keep(tracks(&format!("few {n}"), 40, NOW)).await.expect("commits");
    }
    let tail = footprint(&database.store).await.expect("measures");
    assert_eq!((tail.packed_events, tail.tail_events), (0, 2_000));
    assert!(tail.used_bytes > empty.used_bytes);

    while writer.maintain(NOW.plus_ms(2 * HOUR_MS)).await.expect("maintains").more {}
    let packed = footprint(&database.store).await.expect("measures");
    assert_eq!((packed.packed_events, packed.tail_events), (2_000, 0));
    assert!(packed.used_bytes < tail.used_bytes && packed.free_bytes > tail.free_bytes, "{packed:?}");
    assert!((2_000 * 8..packed.used_bytes).contains(&packed.packed_bytes), "hashes at least: {packed:?}");
    let file = std::fs::metadata(database.directory.path().join("headwater.db")).expect("a file").len();
    assert!(packed.used_bytes + packed.free_bytes >= file.cast_signed(), "what the log holds counts already");
}
