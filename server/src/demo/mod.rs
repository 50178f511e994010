//! `headwater demo`: a sample workspace that looks like a real shop. `shop` says what it sends, `history` loads two weeks
//! of it through the real pipeline, `traffic` goes on sending through the real HTTP API.

mod history;
mod progress;
mod shop;
mod traffic;

use crate::clock::{now, random};
use crate::config::DemoArgs;
use crate::serve::{Node, ServeOptions, announce, listen};
use crate::stop::StopSignal;
use anyhow::bail;
use domain::source::{Source, SourceName};
use domain::workspace::Workspace;
use domain::write_key::WriteKey;
use shop::Client;
use std::path::Path;
use store::source::{Created, NewSource};
use store::{Durability, Store};

/// The sample source of one client.
pub struct SampleSource {
    client: Client,
    source: Source,
    write_key: WriteKey,
}

/// Loads the sample if the folder does not hold it yet, then serves it under live traffic.
pub async fn demo(args: DemoArgs) -> anyhow::Result<()> {
    let listener = listen(args.addr).await?;
    let node = Node::open(&args.data_dir, Durability::Full).await?;
    let sources = sample_sources(&node, &args.data_dir).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let stop = StopSignal::catch()?;
    announce(&format!(
        "\nHeadwater is ready, with a sample workspace and live traffic.\n\n  {url}/sources/{}/overview\n\n\
         There is no sign-in yet: the page opens for everyone on this machine, and for nobody else.\n",
        sources[0].source.slug
    ))?;
    let traffic = tokio::spawn(traffic::send(url, sources));
    node.serve(listener, stop, ServeOptions { rate_limit: None, connections: args.connections }).await?;
    traffic.abort();
    node.close().await
}

async fn sample_sources(node: &Node, data_dir: &Path) -> anyhow::Result<Vec<SampleSource>> {
    let existing = existing_sample(&node.store).await?;
    if existing.len() == Client::ALL.len() {
        return Ok(existing);
    }
    if store::source::count(&node.store).await? > 0 {
        bail!(
            "{} holds other sources; give the sample a folder of its own with --data-dir, or remove this one",
            data_dir.display()
        );
    }
    let workspace =
        Workspace { name: "Fjord Outfitters".into(), slug: "fjord-outfitters".into(), zone: shop::ZONE.into() };
    store::workspace::put(&node.store, &workspace).await?;
    let created_at = now().plus_ms(-history::LENGTH_MS);
    let mut sources = Vec::new();
    for client in Client::ALL {
        let name = SourceName::parse(client.source_name()).map_err(|error| anyhow::anyhow!(error.sentence()))?;
        let new = NewSource { labels: client.labels(), ..NewSource::named(name, client.kind()) };
        let Created { source, write_key } = store::source::create(&node.store, new, created_at, random()).await?;
        for event in client.blocked_events() {
            store::schema::block_event(&node.store, &source.id, event, created_at).await?;
        }
        sources.push(SampleSource { client, source, write_key });
    }
    history::load(&node.writer, &sources, now).await?;
    Ok(sources)
}

async fn existing_sample(store: &Store) -> anyhow::Result<Vec<SampleSource>> {
    let mut found = Vec::new();
    for client in Client::ALL {
        let name = SourceName::parse(client.source_name()).map_err(|error| anyhow::anyhow!(error.sentence()))?;
        let Some(source) = store::source::by_slug(store, name.slug().as_str()).await? else { continue };
        if let Some(write_key) = store::write_key::of_source(store, &source.id).await? {
            found.push(SampleSource { client, source, write_key });
        }
    }
    Ok(found)
}
