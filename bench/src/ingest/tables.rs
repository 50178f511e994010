//! The rounds as tables, and against the goals.

use super::{CORE, Disk, Group, SOURCES, Sample};
use crate::driver::Outcome;
use crate::report::{Bound, Goal, Table};
use crate::stats::{Cell, Spread, Unit};

/// All tables.
pub fn of(groups: &[Group], stored: u64) -> Vec<Table> {
    vec![rates(groups, stored), ceilings(groups), half(groups), costs(groups, stored), disks(groups)]
}

fn events_rate(outcome: &Outcome) -> f64 {
    outcome.events as f64 / outcome.elapsed.as_secs_f64()
}

/// Round by round, Headwater's rate by the ceiling's.
fn ratios(samples: &[Sample], ceiling: &[Outcome]) -> Vec<f64> {
    samples.iter().zip(ceiling).map(|(sample, ceiling)| sample.rate() / events_rate(ceiling)).collect()
}

/// Round by round, one kind of sample's rate by another's.
fn relative(samples: &[Sample], base: &[Sample]) -> Vec<f64> {
    samples.iter().zip(base).map(|(sample, base)| sample.rate() / base.rate()).collect()
}

/// The kinds of samples that a group has, with their names.
fn kinds(group: &Group, stored: u64) -> impl Iterator<Item = (String, &[Sample])> {
    let kinds = [
        ("1 source".to_owned(), &*group.plain),
        (format!("{SOURCES} sources"), &*group.wide),
        (format!("{} stored", Unit::Count.write(stored as f64)), &*group.full),
    ];
    kinds.into_iter().filter(|(_, samples)| !samples.is_empty())
}

fn rates(groups: &[Group], stored: u64) -> Table {
    let mut rows = Vec::new();
    for group in groups {
        for (kind, samples) in kinds(group, stored) {
            rows.push(vec![
                group.shape.label().into(),
                kind.into(),
                Cell::rounds(samples.iter().map(Sample::rate), Unit::Count),
                Cell::rounds(ratios(samples, &group.c0), Unit::Ratio),
                Cell::rounds(ratios(samples, &group.c1), Unit::Ratio),
                Cell::rounds(relative(samples, &group.plain), Unit::Ratio),
                Cell::rounds(samples.iter().map(|sample| sample.outcome.latency_ms(0.5)), Unit::Milliseconds),
                Cell::rounds(samples.iter().map(|sample| sample.outcome.latency_ms(0.99)), Unit::Milliseconds),
                Cell::Number(samples.iter().map(|sample| sample.outcome.refused).sum::<u64>() as f64, Unit::Count),
            ]);
        }
    }
    let columns =
        vec!["load", "store", "events/s", "of C0", "of C1", "of 1 source, empty", "p50", "p99", "told to come back"];
    let note = "Stored and counted events, fsync before each answer, as fast as clients go. Median (least–most) of the rounds.";
    Table { title: "Headwater at full load".into(), note, columns, rows }
}

fn ceilings(groups: &[Group]) -> Table {
    let rows = groups.iter().flat_map(|group| {
        [("C0", &group.c0), ("C1", &group.c1)].map(|(name, outcomes)| {
            vec![
                group.shape.label().into(),
                name.into(),
                Cell::rounds(outcomes.iter().map(Outcome::requests_a_second), Unit::Count),
                Cell::rounds(outcomes.iter().map(events_rate), Unit::Count),
                Cell::rounds(outcomes.iter().map(|outcome| outcome.latency_ms(0.5)), Unit::Milliseconds),
                Cell::rounds(outcomes.iter().map(|outcome| outcome.latency_ms(0.99)), Unit::Milliseconds),
            ]
        })
    });
    let columns = vec!["load", "ceiling", "requests/s", "events/s", "p50", "p99"];
    let note = "C0 reads the body and answers, C1 also parses it; neither judges, counts or stores anything.";
    Table { title: "Ceilings".into(), note, columns, rows: rows.collect() }
}

fn half(groups: &[Group]) -> Table {
    let rows = groups.iter().filter(|group| !group.half.is_empty()).map(|group| {
        let quantile = |at: f64| {
            let ours = group.half.iter().map(move |(_, sample)| sample.outcome.latency_ms(at));
            let c1 = group.half.iter().map(move |(c1, _)| c1.latency_ms(at));
            [Cell::rounds(ours, Unit::Milliseconds), Cell::rounds(c1, Unit::Milliseconds)]
        };
        let rate = Cell::rounds(group.half.iter().map(|(_, sample)| sample.outcome.requests_a_second()), Unit::Count);
        let [ours_50, c1_50] = quantile(0.5);
        let [ours_99, c1_99] = quantile(0.99);
        vec![group.shape.label().into(), rate, ours_50, c1_50, ours_99, c1_99]
    });
    let columns = vec!["load", "requests/s", "p50", "p50 of C1", "p99", "p99 of C1"];
    let note = "Requests at half of Headwater's full rate, on time, and as many for C1. A request that had to wait for \
                its connection counts from when it was due.";
    Table { title: "Latency at half load".into(), note, columns, rows: rows.collect() }
}

fn costs(groups: &[Group], stored: u64) -> Table {
    let mut rows = Vec::new();
    for group in groups {
        for (kind, samples) in kinds(group, stored) {
            rows.push(vec![
                group.shape.label().into(),
                kind.into(),
                Cell::rounds(samples.iter().map(Sample::cpu_per_million), Unit::Seconds),
                Cell::rounds(samples.iter().map(|sample| sample.first_answer_ms), Unit::Milliseconds),
                Cell::rounds(samples.iter().map(|sample| sample.first_stored_ms), Unit::Milliseconds),
                Cell::rounds(samples.iter().map(|sample| sample.idle_bytes), Unit::Megabytes),
                Cell::rounds(samples.iter().map(|sample| sample.peak_bytes), Unit::Megabytes),
            ]);
        }
    }
    let columns = vec![
        "load",
        "store",
        "CPU for a million events",
        "start to first answer",
        "to first event stored",
        "memory idle",
        "memory at most",
    ];
    Table {
        title: "What it costs".into(),
        note: "Of the server process alone, the kernel's work for it included.",
        columns,
        rows,
    }
}

fn disks(groups: &[Group]) -> Table {
    let rows = groups.iter().filter_map(|group| {
        let disk = group.disk.as_ref()?;
        let per_event = |bytes: f64| Cell::Number(bytes / disk.events, Unit::Bytes);
        Some(vec![
            group.shape.label().into(),
            Cell::Number(disk.events, Unit::Count),
            per_event(disk.before_bytes),
            per_event(disk.after_bytes),
            Cell::Number(disk.packed_share(), Unit::Ratio),
            Cell::Number(disk.seal_seconds / disk.ingest_seconds, Unit::Percent),
            Cell::Number(disk.forget_seconds / disk.ingest_seconds, Unit::Percent),
        ])
    });
    let columns = vec![
        "load",
        "events",
        "on disk per event, before sealing",
        "after",
        "packed events by their JSON",
        "sealing by ingest time",
        "retention by ingest time",
    ];
    let note = "The last round's folder: everything in the database's file, then sealed as an hour later, then dropped as \
                after 16 days. Free pages do not count.";
    Table { title: "On disk".into(), note, columns, rows: rows.collect() }
}

impl Disk {
    /// Bytes of packed events by those of their JSON.
    fn packed_share(&self) -> f64 {
        self.packed_bytes / (self.json_bytes * self.packed_events / self.events)
    }
}

/// What was to be reached.
pub fn goals(groups: &[Group], stored: u64) -> Vec<Goal> {
    let median = |values: Vec<f64>| Spread::of(values).median;
    let [batch, single, crowd] = CORE.map(|shape| groups.iter().find(|group| group.shape == shape));
    let mut goals = Vec::new();
    let mut goal = |what: String, measured: f64, bound: Bound, unit: Unit| {
        goals.push(Goal { what, measured, bound, unit });
    };
    if let Some(group) = batch {
        goal(
            format!("{}, by C1", group.shape.label()),
            median(ratios(&group.plain, &group.c1)),
            Bound::AtLeast(0.5),
            Unit::Ratio,
        );
    }
    for (group, bound) in [(single, 0.4), (crowd, 0.5)] {
        let Some(group) = group else { continue };
        let ratio = median(ratios(&group.plain, &group.c0));
        goal(format!("{}, by C0", group.shape.label()), ratio, Bound::AtLeast(bound), Unit::Ratio);
    }
    for group in groups {
        let label = group.shape.label();
        if !group.half.is_empty() {
            let ours = median(group.half.iter().map(|(_, sample)| sample.outcome.latency_ms(0.99)).collect());
            let c1 = median(group.half.iter().map(|(c1, _)| c1.latency_ms(0.99)).collect());
            goal(format!("p99 at half load, {label}"), ours, Bound::AtMost(3.0 * c1 + 5.0), Unit::Milliseconds);
        }
        if !group.full.is_empty() {
            let what = format!("rate with {} stored, {label}", Unit::Count.write(stored as f64));
            goal(what, median(relative(&group.full, &group.plain)), Bound::AtLeast(0.9), Unit::Ratio);
        }
        if !group.wide.is_empty() && CORE.contains(&group.shape) {
            let ratio = median(relative(&group.wide, &group.plain));
            goal(format!("rate with {SOURCES} sources, {label}"), ratio, Bound::AtLeast(0.9), Unit::Ratio);
        }
    }
    let plain = || groups.iter().flat_map(|group| &group.plain);
    let most = |values: Vec<f64>| Spread::of(values).most;
    goal(
        "memory idle".into(),
        most(plain().map(|sample| sample.idle_bytes).collect()),
        Bound::AtMost(40e6),
        Unit::Megabytes,
    );
    goal(
        "memory at full load".into(),
        most(plain().map(|sample| sample.peak_bytes).collect()),
        Bound::AtMost(150e6),
        Unit::Megabytes,
    );
    let starts: Vec<f64> = groups.iter().flat_map(|group| &group.full).map(|sample| sample.first_answer_ms).collect();
    if !starts.is_empty() {
        let what = format!("start to first answer with {} stored", Unit::Count.write(stored as f64));
        goal(what, median(starts), Bound::AtMost(200.0), Unit::Milliseconds);
    }
    if let Some(disk) = batch.and_then(|group| group.disk.as_ref()) {
        goal("packed events by their JSON".into(), disk.packed_share(), Bound::AtMost(0.15), Unit::Ratio);
        let retention = disk.forget_seconds / disk.ingest_seconds;
        goal("retention by ingest time".into(), retention, Bound::AtMost(0.01), Unit::Percent);
    }
    goals
}
