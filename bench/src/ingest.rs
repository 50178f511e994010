//! Ingest: the same load on both ceilings and on Headwater, round after round. Headwater starts each round on a new folder,
//! or on one that holds many events already; what counts is what it stored, not what it answered.

mod sample;
mod tables;

use crate::Options;
use crate::data::Data;
use crate::driver::{Load, Outcome, drive};
use crate::history;
use crate::payload::{NAMES, Shape};
use crate::process::Process;
use crate::report::Report;
use crate::stats::Spread;
use anyhow::{Result, bail};
use sample::{Sample, measure};

/// Sources of a load over many.
const SOURCES: usize = 200;
/// What there is by default: the loads that have a goal.
const CORE: [Shape; 3] = [
    Shape { batch: 100, event_bytes: 1_000, connections: 64, names: NAMES },
    Shape { batch: 1, event_bytes: 1_000, connections: 64, names: NAMES },
    Shape { batch: 1, event_bytes: 1_000, connections: 512, names: NAMES },
];

/// `bench ingest`
#[derive(clap::Args)]
pub struct IngestArgs {
    /// Events that one of the stores holds beforehand; 10 million with --full, 0 for none
    #[arg(long)]
    stored: Option<u64>,
    /// Only loads whose name, as the tables have it, holds this; leaves BENCHMARKS.md as it is
    #[arg(long)]
    load: Option<String>,
}

impl IngestArgs {
    /// Whether what is measured is less than the document shows.
    pub fn is_partial(&self) -> bool {
        self.load.is_some()
    }
}

/// All rounds of a shape.
struct Group {
    shape: Shape,
    c0: Vec<Outcome>,
    c1: Vec<Outcome>,
    /// On an empty store, one source.
    plain: Vec<Sample>,
    /// On an empty store, many sources.
    wide: Vec<Sample>,
    /// One source, on a store that holds many events.
    full: Vec<Sample>,
    /// At half the rate: the ceiling C1 and Headwater.
    half: Vec<(Outcome, Sample)>,
    disk: Option<Disk>,
}

/// What a round's events took on disk.
struct Disk {
    events: f64,
    json_bytes: f64,
    before_bytes: f64,
    after_bytes: f64,
    packed_bytes: f64,
    packed_events: f64,
    seal_seconds: f64,
    forget_seconds: f64,
    ingest_seconds: f64,
}

/// Measures.
///
/// # Errors
/// A process or the store fails, or an acknowledged event is not there.
pub fn run(options: &Options, args: &IngestArgs) -> Result<Report> {
    let wanted = |shape: &Shape| args.load.as_ref().is_none_or(|load| shape.label().contains(load));
    let shapes: Vec<Shape> = shapes(options.full).into_iter().filter(wanted).collect();
    if shapes.is_empty() {
        bail!("no load has that in its name; try \"single\" or \"100 ×\"");
    }
    let ceilings = [Process::ceiling("c0")?, Process::ceiling("c1")?];
    let stored = args.stored.unwrap_or(if options.full { 10_000_000 } else { 1_000_000 });
    let store = if stored > 0 { Some(full_store(options, stored)?) } else { None };
    let mut groups = Vec::new();
    for shape in shapes {
        eprintln!("ingest: {}", shape.label());
        groups.push(group(options, &ceilings, store.as_ref(), shape)?);
    }
    Ok(Report { scenario: "ingest", tables: tables::of(&groups, stored), goals: tables::goals(&groups, stored) })
}

fn shapes(full: bool) -> Vec<Shape> {
    let mut shapes = CORE.to_vec();
    if full {
        for batch in [1, 10, 100, 500] {
            for event_bytes in [300, 1_000, 8_000] {
                shapes.extend([1, 64, 512].map(|connections| Shape { batch, event_bytes, connections, names: NAMES }));
            }
        }
    }
    let mut seen = Vec::new();
    shapes.retain(|shape| {
        shape.fits() && !seen.contains(shape) && {
            seen.push(*shape);
            true
        }
    });
    shapes
}

/// A store that was filled through the server itself.
fn full_store(options: &Options, events: u64) -> Result<Data> {
    let data = Data::new(1)?;
    let server = Process::headwater(&options.headwater, data.path())?;
    history::fill_through(&server, &data, events)?;
    server.stop()?;
    Ok(data)
}

fn group(options: &Options, [c0, c1]: &[Process; 2], store: Option<&Data>, shape: Shape) -> Result<Group> {
    let is_core = CORE.contains(&shape);
    let (c0, c1) = (c0.addr, c1.addr);
    let ceiling = |addr, rate| {
        let write_keys = ["key".to_owned()];
        drive(&Load { addr, shape, write_keys: &write_keys, rate, time: options.time(), stop: None })
    };
    let mut group = Group::new(shape);
    for round in 0..options.rounds {
        group.c0.push(ceiling(c0, None)?);
        group.c1.push(ceiling(c1, None)?);
        let data = Data::new(1)?;
        let sample = measure(options, &data, shape, None)?;
        if round + 1 == options.rounds {
            group.disk = Some(disk(&data, &sample, shape)?);
        }
        group.plain.push(sample);
        if shape.connections == 64 || options.full {
            group.wide.push(measure(options, &Data::new(SOURCES)?, shape, None)?);
        }
        if let Some(store) = store.filter(|_| is_core) {
            group.full.push(measure(options, store, shape, None)?);
        }
    }
    if is_core {
        let rate = Spread::of(group.plain.iter().map(|sample| sample.outcome.requests_a_second())).median / 2.0;
        for _ in 0..options.rounds {
            let c1 = ceiling(c1, Some(rate))?;
            group.half.push((c1, measure(options, &Data::new(1)?, shape, Some(rate))?));
        }
    }
    Ok(group)
}

impl Group {
    fn new(shape: Shape) -> Self {
        let (plain, wide, full, half) = Default::default();
        Self { shape, c0: Vec::new(), c1: Vec::new(), plain, wide, full, half, disk: None }
    }
}

fn disk(data: &Data, sample: &Sample, shape: Shape) -> Result<Disk> {
    let before = data.footprint()?;
    let seal_seconds = data.seal()?.as_secs_f64();
    let after = data.footprint()?;
    let forget_seconds = data.forget()?.as_secs_f64();
    Ok(Disk {
        events: sample.stored as f64,
        json_bytes: sample.stored as f64 * shape.event_bytes as f64,
        before_bytes: before.used_bytes as f64,
        after_bytes: after.used_bytes as f64,
        packed_bytes: after.packed_bytes as f64,
        packed_events: after.packed_events as f64,
        seal_seconds,
        forget_seconds,
        ingest_seconds: sample.outcome.elapsed.as_secs_f64(),
    })
}
