//! `headwater unattributed`: requests of the last 24 hours that belong to no source.

use super::{open_existing, table::aligned};
use crate::clock::now;
use crate::iso::iso;
use crate::serve::announce;
use domain::clock::DAY_MS;
use domain::number_format::count;
use domain::tally::Tally;
use serde_json::{Value, json};
use std::path::Path;

/// Prints them by kind and masked key, most requests first.
pub async fn print(as_json: bool, data_dir: &Path) -> anyhow::Result<()> {
    let store = open_existing(data_dir).await?;
    let tallies = store::tally::since(&store, now().plus_ms(-DAY_MS)).await?;
    store.close().await;
    if as_json {
        let rows: Vec<Value> = tallies.iter().map(row_json).collect();
        return Ok(announce(&format!("{}\n", Value::Array(rows)))?);
    }
    if tallies.is_empty() {
        return Ok(announce("Every request of the last 24 hours belonged to a source.\n")?);
    }
    let head = ["KIND", "KEY", "REQUESTS", "LAST"].map(str::to_owned).to_vec();
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(tallies.iter().map(row_text)).collect();
    Ok(announce(&aligned(&rows))?)
}

fn row_json(tally: &Tally) -> Value {
    json!({
        "kind": tally.kind.code(),
        "key": tally.key_hint,
        "requests": tally.requests,
        "last_at": iso(tally.last_at),
    })
}

fn row_text(tally: &Tally) -> Vec<String> {
    vec![tally.kind.code().to_owned(), tally.key_hint.clone(), count(tally.requests), iso(tally.last_at)]
}
