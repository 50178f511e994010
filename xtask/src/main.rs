//! The build, as `cargo xtask <task>`: what cargo alone cannot do for a site with a browser half. Each file is one
//! noun; the tasks below read top to bottom.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a terminal tool: it prints, times its steps, and reads its caller's environment"
)]

mod assets;
mod bench;
mod browser;
mod browser_sdk;
mod ci;
mod clients;
mod command;
mod compress;
mod debian;
mod dev;
mod npm;
mod paths;
#[cfg(test)]
mod scratch;
mod server;
mod site;
mod step;
mod styles;
mod test;
mod wasm;
mod wasm_crates;
mod wasm_data;
mod wasm_debian;
mod wasm_imports;
mod wasm_lean;
mod wasm_relocations;
mod wasm_section;
mod wasm_shared;
mod wasm_snip;
mod wasm_split;
mod wasm_target;
mod weight;

use anyhow::Result;
use clap::{Parser, Subcommand};
use paths::Profile;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// Builds, runs and tests Headwater.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build everything and start a sample workspace with two weeks of history and live traffic
    Demo(Start),
    /// Build everything and start an empty Headwater, its data kept in headwater-data
    Run(Start),
    /// Build the site and the server; with --release, one self-contained binary
    Build {
        /// Optimise: small wasm, fast server, everything inside the binary
        #[arg(long)]
        release: bool,
    },
    /// Test everything, the browser included
    Test {
        /// Only one half
        #[arg(long, value_enum)]
        only: Option<test::Half>,
        /// For Playwright: files, --project, --grep …
        #[arg(last = true)]
        playwright: Vec<OsString>,
    },
    /// Run, and at each change of a source file build and start again
    Dev(Start),
    /// Build the release site and say what a browser's first load of it weighs; fails above the limit
    Weight,
    /// Measure a release and write BENCHMARKS.md: ingest, query, page, live, soak or all; --help for the rest
    #[command(disable_help_flag = true)]
    Bench {
        /// For `bench`: a scenario and its options
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// What a change must pass: format, lints, the browser's dependencies, every test
    Ci,
}

/// How a server is started.
#[derive(clap::Args)]
struct Start {
    /// Where it listens
    #[arg(long, default_value = "127.0.0.1:3000")]
    addr: String,
    /// Build it optimised
    #[arg(long)]
    release: bool,
}

fn main() -> ExitCode {
    let result = paths::enter_root().and_then(|()| run(Args::parse().task));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::from(command::exit_code(&error))
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Demo(start) => {
            let binary = build(Profile::of(start.release))?;
            server::become_demo(&binary, &start.addr)
        }
        Task::Run(start) => {
            let binary = build(Profile::of(start.release))?;
            server::become_server(&binary, &start.addr)
        }
        Task::Build { release } => {
            let binary = build(Profile::of(release))?;
            let bytes = std::fs::metadata(&binary)?.len();
            println!("{} ({:.1} MB)", binary.display(), bytes as f64 / 1e6);
            Ok(())
        }
        Task::Test { only, playwright } => test::run(only, &playwright),
        Task::Dev(start) => dev::run(Profile::of(start.release), &start.addr),
        Task::Weight => weight::run(),
        Task::Bench { args } => bench::run(&args),
        Task::Ci => ci::run(),
    }
}

/// The site first: a release binary carries it inside.
fn build(profile: Profile) -> Result<PathBuf> {
    site::build(profile)?;
    server::build(profile)
}
