//! The command line and its environment variables: read once, here, into one struct.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Headwater: a self-hosted, Segment-compatible gateway for event sources.
#[derive(Debug, Parser)]
#[command(name = "headwater", version, max_term_width = 100)]
pub struct Config {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What `headwater` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the server: the Tracking API and the pages.
    Serve(ServeArgs),
    /// Start the server with a sample workspace: two sources, two weeks of history and live traffic.
    Demo(DemoArgs),
    /// Create and list sources. Works while the server runs.
    #[command(subcommand)]
    Source(SourceCommand),
    /// Print the numbers of a source's Overview page. Works while the server runs.
    Overview(OverviewArgs),
}

/// Where the database is.
#[derive(Clone, Debug, Args)]
pub struct DataDir {
    /// Folder of the database; made if it does not exist.
    #[arg(long = "data-dir", env = "HEADWATER_DATA_DIR", default_value = "headwater-data", value_name = "DIR")]
    pub path: PathBuf,
}

/// `headwater serve`
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Address and port to listen on. Only loopback until there is sign-in.
    #[arg(long, env = "HEADWATER_ADDR", default_value = "127.0.0.1:3000")]
    pub addr: SocketAddr,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub data_dir: DataDir,
    /// When an event counts as stored: `full` survives a power cut, `normal` only a crash of the process.
    #[arg(long, env = "HEADWATER_DURABILITY", value_enum, default_value = "full")]
    pub durability: DurabilityArg,
}

/// `headwater demo`
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Address and port to listen on. Only loopback until there is sign-in.
    #[arg(long, env = "HEADWATER_ADDR", default_value = "127.0.0.1:3000")]
    pub addr: SocketAddr,
    /// Folder of the sample database; made if it does not exist, continued if it holds the sample already.
    #[arg(long, default_value = "headwater-demo", value_name = "DIR")]
    pub data_dir: PathBuf,
}

/// What `--durability` says.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum DurabilityArg {
    /// fsync before each acknowledgement.
    Full,
    /// The operating system decides when to write.
    Normal,
}

/// `headwater source …`
#[derive(Debug, Subcommand)]
pub enum SourceCommand {
    /// Create a source and print its slug and write key.
    Create {
        /// Its name, as shown on pages.
        #[arg(long)]
        name: String,
        /// What sends the events: a slug of the catalog, such as javascript, node-js, python or http-api.
        #[arg(long)]
        kind: String,
        /// Print JSON: {"slug","write_key"}
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        #[allow(missing_docs)]
        data_dir: DataDir,
    },
    /// List all sources.
    List {
        /// Print JSON, one object a source.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        #[allow(missing_docs)]
        data_dir: DataDir,
    },
}

/// `headwater overview SLUG`
#[derive(Debug, Args)]
pub struct OverviewArgs {
    /// The source's slug, as in its page's address.
    pub slug: String,
    /// 10m, 1h, 24h, 7d, 14d, or FROM..UNTIL with two times such as 2026-11-05T09:00:00Z
    #[arg(long, default_value = "24h", value_parser = super::command::range::parse)]
    pub range: domain::time_range::TimeRange,
    /// Print JSON instead of tables.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub data_dir: DataDir,
}
