//! How fast Headwater is: `cargo xtask bench` builds the release and starts this. Each scenario is a file: it starts what it
//! measures as processes of their own, loads them over loopback (`driver`), compares within the run, and hands over a
//! `report`. Nothing here is a timed test: machines differ, ratios within a run do so less.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a stopwatch: it reads clocks and prints what they say"
)]

mod ceiling;
mod clock;
mod data;
mod driver;
mod history;
mod http;
mod ingest;
mod live;
mod machine;
mod page;
mod payload;
mod process;
mod query;
mod report;
mod soak;
mod stats;
mod viewers;

use anyhow::{Context, Result};
use ceiling::Ceiling;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::time::Duration;

/// Measures Headwater.
#[derive(Parser)]
#[command(name = "bench", bin_name = "cargo xtask bench")]
struct Command {
    #[command(subcommand)]
    scenario: Scenario,
    #[command(flatten)]
    options: Options,
}

#[derive(Subcommand)]
enum Scenario {
    /// Events a second against the ceilings, latency, CPU, memory, room on disk
    Ingest(ingest::IngestArgs),
    /// What the overview asks its server for, over empty and full sources, idle and under load
    Query(query::QueryArgs),
    /// The overview in a browser: bytes, times, layout, memory
    Page(page::PageArgs),
    /// Many viewers during load: how late they learn, and what they cost
    Live(live::LiveArgs),
    /// Minutes on end at half load with viewers: whether everything stays flat
    Soak(soak::SoakArgs),
    /// Everything, as the document shows it
    All,
    /// Serve a ceiling
    #[command(hide = true)]
    Ceiling { which: Ceiling },
}

/// What all scenarios take.
#[derive(Args)]
struct Options {
    /// The program to measure
    #[arg(long, global = true, default_value = "target/release/headwater", value_name = "FILE")]
    headwater: PathBuf,
    /// How often everything is measured, in turns
    #[arg(long, global = true, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// How long each load lasts
    #[arg(long, global = true, default_value_t = 3.0)]
    seconds: f64,
    /// Everything that could be measured, and large
    #[arg(long, global = true)]
    full: bool,
    /// Leave BENCHMARKS.md as it is
    #[arg(long, global = true)]
    dry: bool,
}

impl Options {
    /// How long each load lasts.
    fn time(&self) -> Duration {
        Duration::from_secs_f64(self.seconds.clamp(0.1, 600.0))
    }
}

fn main() -> Result<()> {
    let Command { scenario, options } = Command::parse();
    if let Scenario::Ceiling { which } = scenario {
        return ceiling::serve(which);
    }
    process::raise_open_files();
    let options = Options { headwater: options.headwater.canonicalize().context("no program to measure")?, ..options };
    match scenario {
        Scenario::Ingest(args) => {
            let options = Options { dry: options.dry || args.is_partial(), ..options };
            publish(ingest::run(&options, &args)?, &options)
        }
        Scenario::Query(args) => publish(query::run(&options, &args)?, &options),
        Scenario::Page(args) => publish(page::run(&options, &args)?, &options),
        Scenario::Live(args) => publish(live::run(&options, &args)?, &options),
        Scenario::Soak(args) => publish(soak::run(&options, &args)?, &options),
        Scenario::All => {
            publish(ingest::run(&options, &defaults()?)?, &options)?;
            publish(query::run(&options, &defaults()?)?, &options)?;
            publish(page::run(&options, &defaults()?)?, &options)?;
            publish(live::run(&options, &defaults()?)?, &options)?;
            publish(soak::run(&options, &defaults()?)?, &options)
        }
        Scenario::Ceiling { .. } => Ok(()),
    }
}

/// A scenario's arguments, none of them given.
fn defaults<A: Args>() -> Result<A> {
    let command = A::augment_args(clap::Command::new("all"));
    Ok(A::from_arg_matches(&command.try_get_matches_from(["all"])?)?)
}

fn publish(report: report::Report, options: &Options) -> Result<()> {
    let words = std::env::args().skip(1).scan(false, |skip, word| {
        // The program's path is the caller's business.
        let is_value = std::mem::replace(skip, word == "--headwater");
        Some((!is_value && word != "--headwater").then_some(word))
    });
    let command = std::iter::once("cargo xtask bench".to_owned()).chain(words.flatten()).collect::<Vec<_>>().join(" ");
    report.publish(&command, !options.dry)
}
