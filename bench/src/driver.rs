//! The load: connections that post, wait for their answer and post again (closed loop), or post when it is time to (open
//! loop: a slow answer makes the next one late, and that counts). Two threads at most, each with connections of its own.

use crate::http::Connection;
use crate::payload::{self, Shape, Template};
use anyhow::{Result, anyhow, bail};
use fastrand::Rng;
use hdrhistogram::Histogram;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::ops::Range;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};
use tokio::task::{JoinSet, LocalSet};
use tokio::time::{sleep, sleep_until};

const THREADS_MAX: usize = 2;
/// How long a client waits that was told to come back later.
const REFUSED_PAUSE: Duration = Duration::from_millis(50);
/// Broken connections after which a load is given up.
const FAILED_MAX: u64 = 1_000;
/// Longest time that an answer may take, in microseconds.
const LATENCY_MAX_US: u64 = 120_000_000;

/// A load on one server.
#[derive(Clone)]
pub struct Load<'a> {
    pub addr: SocketAddr,
    pub shape: Shape,
    /// Whose events; requests take them in turn.
    pub write_keys: &'a [String],
    /// Requests a second; `None` for as many as there can be.
    pub rate: Option<f64>,
    pub time: Duration,
    /// Ends the load early.
    pub stop: Option<Arc<AtomicBool>>,
}

/// What came of it.
pub struct Outcome {
    /// Requests answered with 200.
    pub requests: u64,
    /// The events in them.
    pub events: u64,
    /// Requests that were told to come back later.
    pub refused: u64,
    /// Requests without an answer, or with another one.
    pub failed: u64,
    /// From the first request to the last answer.
    pub elapsed: Duration,
    /// Of requests answered with 200, in microseconds.
    pub latency: Histogram<u64>,
}

impl Outcome {
    fn nothing() -> Result<Self> {
        let latency = Histogram::new_with_bounds(1, LATENCY_MAX_US, 3)?;
        Ok(Self { requests: 0, events: 0, refused: 0, failed: 0, elapsed: Duration::ZERO, latency })
    }

    fn add(&mut self, other: &Self) -> Result<()> {
        self.requests += other.requests;
        self.events += other.events;
        self.refused += other.refused;
        self.failed += other.failed;
        self.elapsed = self.elapsed.max(other.elapsed);
        Ok(self.latency.add(&other.latency)?)
    }

    /// A quantile of the latency in milliseconds.
    pub fn latency_ms(&self, quantile: f64) -> f64 {
        self.latency.value_at_quantile(quantile) as f64 / 1e3
    }

    /// Answered requests a second.
    pub fn requests_a_second(&self) -> f64 {
        self.requests as f64 / self.elapsed.as_secs_f64()
    }
}

/// Runs a load to its end.
///
/// # Errors
/// The server does not take connections, or breaks them.
pub fn drive(load: &Load<'_>) -> Result<Outcome> {
    let threads = load.shape.connections.clamp(1, THREADS_MAX);
    let start = Barrier::new(threads);
    let share =
        |thread: usize| load.shape.connections * thread / threads..load.shape.connections * (thread + 1) / threads;
    let outcomes: Vec<Result<Outcome>> = std::thread::scope(|scope| {
        let spawn = |thread| {
            let start = &start;
            scope.spawn(move || run_thread(load, share(thread), start))
        };
        let handles: Vec<_> = (0..threads).map(spawn).collect();
        handles.into_iter().map(|handle| handle.join().map_err(|_| anyhow!("a thread of the load broke"))?).collect()
    });
    let mut sum = Outcome::nothing()?;
    for outcome in outcomes {
        sum.add(&outcome?)?;
    }
    Ok(sum)
}

/// What the connections of a thread share.
struct Shared {
    pool: VecDeque<Template>,
    outcome: Outcome,
}

fn run_thread(load: &Load<'_>, share: Range<usize>, start: &Barrier) -> Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut rng = Rng::new();
    let pool = payload::pool(load.shape, load.write_keys, share.clone(), &mut rng);
    let connections = runtime.block_on(async {
        let mut connections = Vec::new();
        for _ in share.clone() {
            connections.push(Connection::open(load.addr).await?);
        }
        Ok::<_, std::io::Error>(connections)
    });
    // Whatever went wrong, the others wait here.
    start.wait();
    let (connections, pool) = (connections?, pool?);
    let begin = Instant::now();
    let shared = Rc::new(RefCell::new(Shared { pool: pool.into(), outcome: Outcome::nothing()? }));
    let results = LocalSet::new().block_on(&runtime, async {
        let mut clients = JoinSet::new();
        for (connection, number) in connections.into_iter().zip(share) {
            let client = Client { addr: load.addr, shared: Rc::clone(&shared), connection, stop: load.stop.clone() };
            clients.spawn_local(client.run(Schedule::new(load, begin, number)));
        }
        clients.join_all().await
    });
    results.into_iter().collect::<Result<Vec<()>>>()?;
    let mut outcome = std::mem::replace(&mut shared.borrow_mut().outcome, Outcome::nothing()?);
    outcome.elapsed = begin.elapsed();
    Ok(outcome)
}

/// When a connection posts.
struct Schedule {
    next: Instant,
    /// From one request to the next; `None` for at once.
    every: Option<Duration>,
    end: Instant,
}

impl Schedule {
    /// The connections take turns.
    fn new(load: &Load<'_>, begin: Instant, number: usize) -> Self {
        let connections = load.shape.connections as f64;
        let every = load.rate.map(|rate| Duration::from_secs_f64(connections / rate));
        let offset = every.map_or(Duration::ZERO, |every| every.mul_f64(number as f64 / connections));
        Self { next: begin + offset, every, end: begin + load.time }
    }

    /// Waits for the next request's time; the moment from which its latency counts, `None` at the end. A timer that is
    /// late is not the server's fault, an answer that was late is.
    async fn due(&mut self) -> Option<Instant> {
        let Some(every) = self.every else {
            let now = Instant::now();
            return (now < self.end).then_some(now);
        };
        let due = self.next;
        self.next += every;
        if due >= self.end {
            return None;
        }
        if due <= Instant::now() {
            return Some(due);
        }
        sleep_until(due.into()).await;
        Some(Instant::now())
    }
}

/// One connection's client.
struct Client {
    addr: SocketAddr,
    shared: Rc<RefCell<Shared>>,
    connection: Connection,
    stop: Option<Arc<AtomicBool>>,
}

impl Client {
    async fn run(mut self, mut schedule: Schedule) -> Result<()> {
        while !self.is_stopped()
            && let Some(since) = schedule.due().await
        {
            let template = self.shared.borrow_mut().pool.pop_front();
            let Some(mut template) = template else { bail!("a pool has more requests than there are connections") };
            let answer = self.connection.call(template.stamp()).await;
            let pause = self.note(&template, since, answer.map(|(status, _)| status))?;
            self.shared.borrow_mut().pool.push_back(template);
            if let Some(is_broken) = pause {
                sleep(REFUSED_PAUSE).await;
                if is_broken {
                    self.connection = Connection::open(self.addr).await?;
                }
            }
        }
        Ok(())
    }

    fn is_stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    /// Counts an answer; whether there is to be a pause, and whether with a broken connection.
    fn note(&self, template: &Template, since: Instant, status: std::io::Result<u16>) -> Result<Option<bool>> {
        let outcome = &mut self.shared.borrow_mut().outcome;
        match status {
            Ok(200) => {
                outcome.requests += 1;
                outcome.events += template.events();
                let us = u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX);
                outcome.latency.saturating_record(us.max(1));
                return Ok(None);
            }
            Ok(429 | 503) => outcome.refused += 1,
            Ok(_) | Err(_) => outcome.failed += 1,
        }
        if outcome.failed > FAILED_MAX {
            bail!("the server breaks connections or answers with errors: {status:?}");
        }
        Ok(Some(status.is_err()))
    }
}
