//! Page: the overview of two weeks under thousands of names in a headless Chromium, and that of a source with next to
//! nothing, in turns; then one that stays open while events come. `end2end/bench/page.mjs` drives the browser.

use crate::Options;
use crate::data::{Data, SourceKey};
use crate::driver::{Load, drive};
use crate::history::{self, Past};
use crate::payload::{NAMES, Shape};
use crate::process::Process;
use crate::report::{Bound, Goal, Report, Table};
use crate::stats::{Cell, Spread, Unit};
use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;
use std::fs;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const SCRIPT: &str = "end2end/bench/page.mjs";
/// The range and the one that it is compared with.
const PAST: Past = Past { events: 1_000_000, names: 2_000, versions: 20, days: 28, is_kept_up: true };
const NEXT_TO_NOTHING: Past = Past { events: 1, names: 1, versions: 1, days: 1, is_kept_up: true };
const QUERY: &str = "range=14d&by=name";
/// What comes while a page is open, requests a second.
const LOAD: Shape = Shape { batch: 10, event_bytes: 1_000, connections: 4, names: NAMES };
const LOAD_RATE: f64 = 10.0;
const LOAD_TIME_MAX: Duration = Duration::from_secs(7_200);
/// None: a browser also counts what no eye sees, a thousandth of a pixel somewhere.
const SHIFT_MAX: f64 = 0.0005;
const KINDS: [&str; 6] = ["document", "script", "wasm", "stylesheet", "font", "other"];

/// Written by `cargo xtask bench`, which knows the browser half.
const BY_CRATE: &str = "target/bench/wasm_by_crate.json";
/// The others are in the sum.
const CRATES_SHOWN: usize = 12;

/// `bench page`
#[derive(clap::Args)]
pub struct PageArgs {
    /// How long the last page stays open, in seconds; 10 minutes with --full
    #[arg(long)]
    open: Option<u64>,
}

/// Measures.
///
/// # Errors
/// There is no browser, or the page does not wake up.
pub fn run(options: &Options, args: &PageArgs) -> Result<Report> {
    let data = Data::new(2)?;
    let [small, large] = data.sources.as_slice() else { bail!("two sources were added") };
    history::fill(&data, small, NEXT_TO_NOTHING)?;
    history::fill(&data, large, PAST)?;
    let server = Process::headwater(&options.headwater, data.path())?;
    let open = args.open.unwrap_or(if options.full { 600 } else { 60 });
    let address = |source: &SourceKey| format!("http://{}/sources/{}/overview?{QUERY}", server.addr, source.slug);
    let stop = Arc::new(AtomicBool::new(false));
    let write_keys = [large.write_key.clone()];
    let load = Load {
        addr: server.addr,
        shape: LOAD,
        write_keys: &write_keys,
        rate: Some(LOAD_RATE),
        time: LOAD_TIME_MAX,
        stop: Some(Arc::clone(&stop)),
    };
    let (mut of_small, mut of_large) = (Vec::new(), Vec::new());
    let left_open = std::thread::scope(|scope| {
        let loading = scope.spawn(|| drive(&load));
        let looked = (|| {
            for round in 0..options.rounds {
                eprintln!("page: round {} of {}", round + 1, options.rounds);
                of_small.push(look(&address(small), 0)?);
                of_large.push(look(&address(large), 0)?);
            }
            look(&address(large), open)
        })();
        stop.store(true, Ordering::Relaxed);
        loading.join().map_err(|_| anyhow!("the load broke"))??;
        looked
    })?;
    server.stop()?;
    let mut report = report(&of_small, &of_large, &left_open, open);
    report.tables.extend(by_crate()?);
    Ok(report)
}

/// The browser half's code by crate, if `cargo xtask bench` wrote it down.
fn by_crate() -> Result<Option<Table>> {
    let Ok(written) = fs::read(BY_CRATE) else { return Ok(None) };
    let sizes: Vec<(String, f64)> = serde_json::from_slice(&written).context(BY_CRATE)?;
    let all: f64 = sizes.iter().map(|(_, bytes)| bytes).sum();
    let row = |(name, bytes): (String, f64)| {
        vec![name.into(), Cell::Number(bytes, Unit::Kilobytes), Cell::Number(bytes / all, Unit::Percent)]
    };
    let total = row(("all".to_owned(), all));
    let largest = sizes.into_iter().take(CRATES_SHOWN).map(row);
    Ok(Some(Table {
        title: "The wasm by crate".into(),
        note: "Code of all pages as it is linked, by the crate of each function's name: before splitting, wasm-opt and brotli.",
        columns: vec!["crate", "bytes", "share"],
        rows: largest.chain([total]).collect(),
    }))
}

/// What the browser says of one page.
fn look(address: &str, open_seconds: u64) -> Result<Value> {
    let mut node = Command::new("node");
    node.args([SCRIPT, address, &open_seconds.to_string()]).stderr(Stdio::inherit());
    let output = node.output().context("cannot start node")?;
    if !output.status.success() {
        bail!("{SCRIPT} failed on {address}");
    }
    serde_json::from_slice(&output.stdout).context("the browser's figures")
}

fn number(value: &Value, pointer: &str) -> f64 {
    value.pointer(pointer).and_then(Value::as_f64).unwrap_or(f64::NAN)
}

fn bytes(look: &Value) -> f64 {
    KINDS.iter().map(|kind| number(look, &format!("/bytes/{kind}"))).sum()
}

fn report(small: &[Value], large: &[Value], left_open: &Value, open: u64) -> Report {
    let of = |looks: &[Value], pointer: &str, unit| Cell::rounds(looks.iter().map(|look| number(look, pointer)), unit);
    let row = |label: &str, looks: &[Value]| {
        vec![
            label.into(),
            of(looks, "/ttfbMs", Unit::Milliseconds),
            of(looks, "/awakeMs", Unit::Milliseconds),
            of(looks, "/longestTaskMs", Unit::Milliseconds),
            of(looks, "/layoutShift", Unit::Fine),
            of(looks, "/heapBefore", Unit::Megabytes),
        ]
    };
    let ratio = |pointer| {
        let ratios = small.iter().zip(large).map(|(small, large)| number(large, pointer) / number(small, pointer));
        Cell::rounds(ratios, Unit::Ratio)
    };
    let label = format!(
        "{} events under {} names",
        Unit::Count.write(PAST.events as f64),
        Unit::Count.write(PAST.names as f64)
    );
    let by =
        vec!["second by first".into(), ratio("/ttfbMs"), ratio("/awakeMs"), "".into(), "".into(), ratio("/heapBefore")];
    let times = Table {
        title: "Two weeks by name, in Chromium".into(),
        note: "A fresh profile each time. Longest task: after scripts took the page over, other tabs and ranges clicked; 0 is none over 50 ms.",
        columns: vec!["source", "first byte", "awake", "longest task", "layout shift", "JS heap"],
        rows: vec![row("1 event", small), row(&label, large), by],
    };
    let weights = KINDS.map(|kind| vec![kind.into(), of(large, &format!("/bytes/{kind}"), Unit::Kilobytes)]);
    let sum = Cell::rounds(large.iter().map(bytes), Unit::Kilobytes);
    let first_load = Table {
        title: "First load, over the wire".into(),
        note: "Of the page with two weeks under many names, answers' heads included.",
        columns: vec!["kind", "bytes"],
        rows: weights.into_iter().chain([vec!["all".into(), sum]]).collect(),
    };
    let stays = Table {
        title: format!("Left open for {open} s while events come"),
        note: "JS heap after collecting garbage.",
        columns: vec!["heap at first", "heap in the end", "longest task", "layout shift"],
        rows: vec![vec![
            Cell::Number(number(left_open, "/heapBefore"), Unit::Megabytes),
            Cell::Number(number(left_open, "/heapAfter"), Unit::Megabytes),
            Cell::Number(number(left_open, "/longestTaskMs"), Unit::Milliseconds),
            Cell::Number(number(left_open, "/layoutShift"), Unit::Fine),
        ]],
    };
    Report { scenario: "page", tables: vec![times, first_load, stays], goals: goals(large, left_open) }
}

fn goals(large: &[Value], left_open: &Value) -> Vec<Goal> {
    let worst = |pointer| Spread::of(large.iter().chain([left_open]).map(|look| number(look, pointer))).most;
    let goal =
        |what: &str, measured, bound, unit| Goal { what: what.to_owned(), measured, bound: Bound::AtMost(bound), unit };
    vec![
        goal("first load", Spread::of(large.iter().map(bytes)).median, 320e3, Unit::Kilobytes),
        goal("longest task after waking", worst("/longestTaskMs"), 50.0, Unit::Milliseconds),
        goal("layout shift", worst("/layoutShift"), SHIFT_MAX, Unit::Fine),
    ]
}
