//! One load on one Headwater, from its start to its end.

use crate::Options;
use crate::data::Data;
use crate::driver::{Load, Outcome, drive};
use crate::payload::Shape;
use crate::process::Process;
use anyhow::{Result, bail};

/// What was seen.
pub struct Sample {
    pub outcome: Outcome,
    /// Events found in the store afterwards that were not there before.
    pub stored: u64,
    pub cpu_seconds: f64,
    /// From its start to its first answer.
    pub first_answer_ms: f64,
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
    let (before, idle_bytes) = (data.received()?, server.memory()?);
    server.forget_peak()?;
    let cpu_before = server.cpu_seconds()?;
    let write_keys = data.write_keys();
    let load = Load { addr: server.addr, shape, write_keys: &write_keys, rate, time: options.time(), stop: None };
    let outcome = drive(&load)?;
    let cpu_seconds = server.cpu_seconds()? - cpu_before;
    let stored = data.received()? - before;
    if stored < outcome.events {
        bail!("{} events were acknowledged and only {stored} are stored", outcome.events);
    }
    let (first_answer_ms, peak_bytes) = (server.first_answer.as_secs_f64() * 1e3, server.memory_peak()?);
    server.stop()?;
    Ok(Sample { outcome, stored, cpu_seconds, first_answer_ms, idle_bytes, peak_bytes })
}
