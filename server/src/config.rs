//! The command line and its environment variables: read once, here, into one struct.

use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::discard::DiscardReason;
use domain::rate_limit::RATE_LIMIT_MAX;
use domain::step::Step;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

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
    /// Print a source's latest events with what became of each. Works while the server runs.
    Events(EventsArgs),
    /// Print the requests of the last 24 hours that belong to no source, such as those with an unknown write key.
    /// Works while the server runs.
    Unattributed {
        /// Print JSON, one object for each kind and key.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        #[allow(missing_docs)]
        data_dir: DataDir,
    },
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
    /// When a client gets its 200.
    #[arg(long, env = "HEADWATER_DURABILITY", value_enum, default_value = "full")]
    pub durability: DurabilityArg,
    /// Most tracking requests a second in this workspace, one second's worth of them at once; more are answered 429
    /// with Retry-After and counted as rate_limited. Without it there is no limit: the server protects itself by
    /// answering 429 when more events wait than it can write.
    #[arg(long, env = "HEADWATER_RATE_LIMIT", value_name = "REQUESTS_PER_SECOND", value_parser = rate_limit)]
    pub rate_limit: Option<NonZeroU32>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub connections: ConnectionArgs,
}

/// How many connections there may be and how long each may take. Nobody needs to change these; tests do, to be quick.
#[derive(Clone, Copy, Debug, Args)]
pub struct ConnectionArgs {
    /// Most open connections; more wait in the operating system's queue.
    #[arg(long, hide = true, default_value_t = crate::connection::CONNECTIONS_MAX)]
    pub connections_max: usize,
    /// From a connection's first byte to the end of the request's headers.
    #[arg(long = "head-timeout-ms", hide = true, default_value = "15000", value_parser = milliseconds)]
    pub head_timeout: Duration,
    /// From the end of the headers to the end of the body: SDKs give up after 10 to 15 s themselves.
    #[arg(long = "body-timeout-ms", hide = true, default_value = "20000", value_parser = milliseconds)]
    pub body_timeout: Duration,
    /// How long a connection may stay open with nothing going on: a client between two requests, or one that does not
    /// read its answer. Longer than SDKs leave between two flushes (30 s).
    #[arg(long = "idle-timeout-ms", hide = true, default_value = "75000", value_parser = milliseconds)]
    pub idle_timeout: Duration,
    /// How long requests under way have to end once the server was asked to stop: less than the 30 s that Kubernetes
    /// gives.
    #[arg(long = "stop-timeout-ms", hide = true, default_value = "25000", value_parser = milliseconds)]
    pub stop_timeout: Duration,
}

fn milliseconds(text: &str) -> Result<Duration, std::num::ParseIntError> {
    text.parse().map(Duration::from_millis)
}

fn rate_limit(text: &str) -> Result<NonZeroU32, String> {
    let rate = text.parse().ok().filter(|rate: &NonZeroU32| rate.get() <= RATE_LIMIT_MAX);
    rate.ok_or_else(|| format!("use a whole number from 1 to {RATE_LIMIT_MAX}, or leave it out for no limit"))
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
    #[command(flatten)]
    #[allow(missing_docs)]
    pub connections: ConnectionArgs,
}

/// What `--durability` says.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum DurabilityArg {
    /// After its events are on the disk (fsync): they survive a power cut.
    Full,
    /// After they are with the operating system, which writes them to the disk within seconds: they survive a crash of
    /// Headwater, not a power cut. For disks on which an fsync takes long.
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

/// `headwater events SLUG`
#[derive(Debug, Args)]
pub struct EventsArgs {
    /// The source's slug, as in its page's address.
    pub slug: String,
    /// Only events that were stopped for this reason, such as no_user_anon_id
    #[arg(long, value_name = "CODE", value_parser = reason)]
    pub reason: Option<DiscardReason>,
    /// Only events that ended at this step: received (all), failed_on_ingest, filtered_at_source or eligible
    #[arg(long, default_value = "received", value_parser = step)]
    pub step: Step,
    /// How many, newest first.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    pub limit: u16,
    /// Print JSON: a list with one object an event.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub data_dir: DataDir,
}

fn reason(code: &str) -> Result<DiscardReason, String> {
    let known = || DiscardReason::ALL.iter().map(|reason| reason.code()).collect::<Vec<_>>().join(", ");
    DiscardReason::from_code(code).ok_or_else(|| format!("there is no such reason; known ones: {}", known()))
}

fn step(word: &str) -> Result<Step, String> {
    let is_word = |step: &Step| step.code() == word || step.slug() == word;
    let known = || Step::ALL.map(Step::code).join(", ");
    Step::ALL.into_iter().find(is_word).ok_or_else(|| format!("there is no such step; known ones: {}", known()))
}
