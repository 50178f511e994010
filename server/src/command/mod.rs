//! What works beside a running server, for scripts and for people who live in a terminal.

pub mod events;
pub mod overview;
pub mod range;
pub mod source;
mod table;
pub mod unattributed;

use anyhow::{Context, bail};
use domain::source::Source;
use std::path::Path;
use store::{Durability, Store};

/// The database of a folder that must exist already: a mistyped folder is not silently made.
async fn open_existing(data_dir: &Path) -> anyhow::Result<Store> {
    if !data_dir.is_dir() {
        bail!("there is no folder {}; name the server's folder with --data-dir", data_dir.display());
    }
    open(data_dir).await
}

/// The source with that slug.
async fn source_of(store: &Store, slug: &str) -> anyhow::Result<Source> {
    let source = store::source::by_slug(store, slug).await?;
    source.with_context(|| format!("there is no source “{slug}”; see: headwater source list"))
}

async fn open(data_dir: &Path) -> anyhow::Result<Store> {
    Store::open(data_dir, Durability::Full)
        .await
        .with_context(|| format!("the database in {} could not be opened", data_dir.display()))
}
