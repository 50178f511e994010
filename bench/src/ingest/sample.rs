//! One load on one Headwater, from its start to its end.

use crate::Options;
use crate::data::Data;
use crate::driver::{Load, Outcome, drive};
use crate::payload::Shape;
use crate::process::Process;
use anyhow::{Result, bail};
use std::time::{Duration, Instant};

/// What was seen.
pub struct Sample {
    pub outcome: Outcome,
    /// Events found in the store afterwards that were not there before.
    pub stored: u64,
    pub cpu_seconds: f64,
    /// From its start to its first answer.
    pub first_answer_ms: f64,
    /// From its start until its first event is stored: by then the ids of the last day are read back.
    pub first_stored_ms: f64,
    /// Memory before the load, in bytes.
    pub idle_bytes: f64,
    /// The most during it.
    pub peak_bytes: f64,
}

impl Sample {
    /// Stored and counted events a second, from the first request to the last answer.
    pub fn rate(&self) -> f64 {
        self.stored as f64 / self.outcome.elapsed.as_secs_f64()
    }

    /// CPU seconds for a million stored events.
    pub fn cpu_per_million(&self) -> f64 {
        self.cpu_seconds / self.stored as f64 * 1e6
    }
}

/// Starts Headwater on this folder, loads it, and stops it.
///
/// # Errors
/// It fails, or an acknowledged event is not there.
pub fn measure(options: &Options, data: &Data, shape: Shape, rate: Option<f64>) -> Result<Sample> {
    let server = Process::headwater(&options.headwater, data.path())?;
    let first_answer_ms = server.first_answer.as_secs_f64() * 1e3;
    let write_keys = data.write_keys();
    let first_stored_ms = first_answer_ms + store_one(&server, &write_keys)?;
    let (before, idle_bytes) = (data.received()?, server.memory()?);
    server.forget_peak()?;
    let cpu_before = server.cpu_seconds()?;
    let load = Load { addr: server.addr, shape, write_keys: &write_keys, rate, time: options.time(), stop: None };
    let outcome = drive(&load)?;
    let cpu_seconds = server.cpu_seconds()? - cpu_before;
    let stored = data.received()? - before;
    if stored < outcome.events {
        bail!("{} events were acknowledged and only {stored} are stored", outcome.events);
    }
    let peak_bytes = server.memory_peak()?;
    server.stop()?;
    Ok(Sample { outcome, stored, cpu_seconds, first_answer_ms, first_stored_ms, idle_bytes, peak_bytes })
}

/// Sends one event; how many milliseconds its answer took.
fn store_one(server: &Process, write_keys: &[String]) -> Result<f64> {
    let shape = Shape { batch: 1, event_bytes: 1_000, connections: 1, names: 1 };
    let (rate, time) = (Some(1.0), Duration::from_millis(1));
    let begin = Instant::now();
    let outcome = drive(&Load { addr: server.addr, shape, write_keys, rate, time, stop: None })?;
    if outcome.events != 1 {
        bail!("{} events were stored instead of one", outcome.events);
    }
    Ok(begin.elapsed().as_secs_f64() * 1e3)
}
