//! The `headwater` binary, top to bottom: read the command line, then do what it says. `serve` holds the server's life,
//! `connection` takes its clients, `router` every URL, `command` what works beside a running server.

mod assets;
mod clock;
mod command;
mod config;
mod connection;
mod demo;
mod entity_tag;
mod event_report;
mod health;
mod iso;
mod live;
mod pages;
mod router;
mod serve;
mod stop;
mod tracking;

use clap::Parser;
use config::{Command, Config, SourceCommand};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Stack of a worker. A page resolves as futures nested as deep as its elements; an unoptimised build takes over 1 MiB for it.
/// Only what is used is ever taken from the machine.
const WORKER_STACK_BYTES: usize = 8 * 1024 * 1024;

fn main() -> ExitCode {
    let config = Config::parse();
    let filter = EnvFilter::builder().with_env_var("HEADWATER_LOG").try_from_env();
    let filter = filter.unwrap_or_else(|_| EnvFilter::new("warn,headwater=info,pipeline=info,store=info"));
    // A log that cannot be written (it may lie on the disk that is full) must not end whoever wanted to log.
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    log.log_internal_errors(false).init();

    // Server-side rendering can wait on itself with a single worker (leptos #4647).
    let workers = std::thread::available_parallelism().map_or(2, usize::from).max(2);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .thread_stack_size(WORKER_STACK_BYTES)
        .enable_all()
        .build();
    let result = runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(run(config.command)));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("headwater: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve(args) => serve::serve(args).await,
        Command::Demo(args) => demo::demo(args).await,
        Command::Source(SourceCommand::Create { name, kind, json, data_dir }) => {
            command::source::create(&name, &kind, json, &data_dir.path).await
        }
        Command::Source(SourceCommand::List { json, data_dir }) => command::source::list(json, &data_dir.path).await,
        Command::Overview(args) => command::overview::print(args).await,
        Command::Events(args) => command::events::print(args).await,
        Command::Unattributed { json, data_dir } => command::unattributed::print(json, &data_dir.path).await,
    }
}
