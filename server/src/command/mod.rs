//! What works beside a running server, for scripts and for people who live in a terminal.

pub mod overview;
pub mod range;
pub mod source;
mod table;

use anyhow::{Context, bail};
use std::path::Path;
use store::{Durability, Store};

/// The database of a folder that must exist already: a mistyped folder is not silently made.
async fn open_existing(data_dir: &Path) -> anyhow::Result<Store> {
    if !data_dir.is_dir() {
        bail!("there is no folder {}; name the server's folder with --data-dir", data_dir.display());
    }
    open(data_dir).await
}

async fn open(data_dir: &Path) -> anyhow::Result<Store> {
    Store::open(data_dir, Durability::Full)
        .await
        .with_context(|| format!("the database in {} could not be opened", data_dir.display()))
}
