//! How much room the database takes, and what of it the packed events do.

use crate::database::Store;
use crate::error::StoreError;

/// Room in bytes, and events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Footprint {
    /// In use, in the database's file. A change that is still in the log beside it counts already.
    pub used_bytes: i64,
    /// Free in that file: taken again before it grows.
    pub free_bytes: i64,
    /// Events in blocks.
    pub packed_events: i64,
    /// What blocks hold of them, packed: lines, and hashes against duplicates.
    pub packed_bytes: i64,
    /// Events that wait to be packed.
    pub tail_events: i64,
}

/// Measures the database.
///
/// # Errors
/// The database fails.
pub async fn footprint(store: &Store) -> Result<Footprint, StoreError> {
    let mut transaction = store.begin_read().await?;
    let (page_bytes, pages, free_pages): (i64, i64, i64) = sqlx::query_as(
        "select page_size, page_count, freelist_count
         from pragma_page_size(), pragma_page_count(), pragma_freelist_count()",
    )
    .fetch_one(&mut *transaction)
    .await?;
    let (packed_events, packed_bytes): (i64, i64) = sqlx::query_as(
        "select coalesce(sum(events), 0), coalesce(sum(length(lines) + length(hashes)), 0) from event_block",
    )
    .fetch_one(&mut *transaction)
    .await?;
    let tail_events =
        sqlx::query_scalar("select coalesce(sum(events), 0) from event_tail").fetch_one(&mut *transaction).await?;
    let used_bytes = (pages - free_pages) * page_bytes;
    Ok(Footprint { used_bytes, free_bytes: free_pages * page_bytes, packed_events, packed_bytes, tail_events })
}
