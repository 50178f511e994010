//! `headwater source create` and `headwater source list`.

use super::{open, open_existing, table::aligned};
use crate::clock::{now, random};
use crate::iso::iso;
use crate::serve::announce;
use anyhow::{anyhow, bail};
use domain::catalog::{Support, connectable, entries};
use domain::number_format::count;
use domain::source::{SourceName, SourceSummary};
use serde_json::json;
use std::path::Path;
use store::source::{Created, NewSource};

/// Creates a source and prints its slug and write key.
pub async fn create(name: &str, kind: &str, as_json: bool, data_dir: &Path) -> anyhow::Result<()> {
    let name = SourceName::parse(name).map_err(|error| anyhow!("--name: {}", error.sentence()))?;
    if connectable(kind).is_none() {
        let known = entries().filter(|entry| entry.support == Support::Connects);
        let known: Vec<&str> = known.map(|entry| entry.slug.as_str()).collect();
        bail!("--kind: there is no kind “{kind}”. Known kinds: {}", known.join(", "));
    }
    let store = open(data_dir).await?;
    let Created { source, write_key: key } =
        store::source::create(&store, NewSource::named(name, kind), now(), random()).await?;
    store.close().await;
    let text = if as_json {
        format!("{}\n", json!({ "slug": source.slug, "write_key": key.as_str() }))
    } else {
        format!("slug       {}\nwrite key  {}\n", source.slug, key.as_str())
    };
    Ok(announce(&text)?)
}

/// Lists all sources with their last 24 hours.
pub async fn list(as_json: bool, data_dir: &Path) -> anyhow::Result<()> {
    let store = open_existing(data_dir).await?;
    let sources = store::source::list(&store, now()).await?;
    store.close().await;
    if as_json {
        let rows: Vec<_> = sources.iter().map(row_json).collect();
        return Ok(announce(&format!("{}\n", serde_json::Value::Array(rows)))?);
    }
    if sources.is_empty() {
        return Ok(announce("No sources yet. Create one with: headwater source create --name NAME --kind KIND\n")?);
    }
    let head = ["SLUG", "KIND", "STATUS", "RECEIVED 24 H", "FAILED 24 H", "LAST EVENT"].map(str::to_owned).to_vec();
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(sources.iter().map(row_text)).collect();
    Ok(announce(&aligned(&rows))?)
}

fn row_json(summary: &SourceSummary) -> serde_json::Value {
    json!({
        "slug": summary.source.slug,
        "name": summary.source.name,
        "kind": summary.source.kind,
        "enabled": summary.source.enabled,
        "received_24h": summary.received,
        "failed_24h": summary.failed,
        "last_event_at": summary.last_event_at.map(iso),
    })
}

fn row_text(summary: &SourceSummary) -> Vec<String> {
    vec![
        summary.source.slug.clone(),
        summary.source.kind.clone(),
        if summary.source.enabled { "enabled" } else { "disabled" }.to_owned(),
        count(summary.received),
        count(summary.failed),
        summary.last_event_at.map_or_else(|| "never".to_owned(), iso),
    ]
}
