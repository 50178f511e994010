//! Answers as tables, and against the goals.

use super::{Asked, Others, RANGES, Subject, View};
use crate::report::{Bound, Goal, Table};
use crate::stats::{Cell, Quantiles, Spread, Unit};

type Figure = fn(&Asked, &Asked) -> Cell;

/// All tables.
pub fn of(subjects: &[Subject], asked: &[Asked], others: &Others) -> Vec<Table> {
    let kinds: [(&str, &str, Figure); 4] = [
        (
            "Source overview, idle",
            "p50 / p95 of the server function's answer over HTTP. Counts were written as such, but for one source whose events were committed.",
            |asked, _| Cell::Quantiles(Quantiles::of(&asked.idle)),
        ),
        ("Source overview, idle, by the empty source", "p50 by the p50 of a source with one event.", |asked, empty| {
            Cell::Number(median(&asked.idle) / median(&empty.idle), Unit::Ratio)
        }),
        ("Source overview, under ingest at half load", "p50 / p95.", |asked, _| {
            Cell::Quantiles(Quantiles::of(&asked.loaded))
        }),
        ("Source overview, under ingest at half load, by idle", "p50 by p50.", |asked, _| {
            Cell::Number(median(&asked.loaded) / median(&asked.idle), Unit::Ratio)
        }),
    ];
    let tables = kinds.map(|(title, note, figure)| table(title, note, subjects, asked, figure));
    tables.into_iter().chain([other_functions(others)]).collect()
}

fn median(times: &[f64]) -> f64 {
    Spread::of(times.iter().copied()).median
}

impl Subject {
    fn label(&self) -> String {
        if self.events == 1 {
            return "1 event".to_owned();
        }
        let [events, names] = [self.events, self.names].map(|count| Unit::Count.write(count as f64));
        let way = if self.is_committed { ", committed" } else { "" };
        format!("{events} events, {names} names{way}")
    }
}

/// The same question about the source with one event.
fn about_empty<'a>(asked: &'a [Asked], like: &Asked) -> Option<&'a Asked> {
    asked.iter().find(|other| other.subject == 0 && other.view == like.view && other.range == like.range)
}

fn table(title: &str, note: &'static str, subjects: &[Subject], asked: &[Asked], figure: Figure) -> Table {
    let mut rows = Vec::new();
    for (number, subject) in subjects.iter().enumerate() {
        for view in View::ALL {
            let of_row = asked.iter().filter(|asked| asked.subject == number && asked.view == view);
            let cells = of_row.filter_map(|question| Some(figure(question, about_empty(asked, question)?)));
            rows.push([subject.label().into(), view.label().into()].into_iter().chain(cells).collect());
        }
    }
    let columns = ["source", "view"].into_iter().chain(RANGES).collect();
    Table { title: title.to_owned(), note, columns, rows }
}

fn other_functions(others: &Others) -> Table {
    let row = |(name, (idle, loaded)): (&str, (&Vec<f64>, &Vec<f64>))| {
        let ratio = Cell::Number(median(loaded) / median(idle), Unit::Ratio);
        vec![name.into(), Cell::Quantiles(Quantiles::of(idle)), Cell::Quantiles(Quantiles::of(loaded)), ratio]
    };
    let rows = Others::NAMES.into_iter().zip(others.idle.iter().zip(&others.loaded)).map(row).collect();
    let columns = vec!["function", "idle", "under ingest at half load", "by idle"];
    Table { title: "The page's other server functions".into(), note: "p50 / p95.", columns, rows }
}

/// What was to be reached.
pub fn goals(subjects: &[Subject], asked: &[Asked], first_answer_ms: f64) -> Vec<Goal> {
    let most = |ratios: Vec<f64>| Spread::of(ratios).most;
    let mut goals = Vec::new();
    let mut goal = |what: String, measured: f64, bound: f64, unit: Unit| {
        goals.push(Goal { what, measured, bound: Bound::AtMost(bound), unit });
    };
    let growth = growth(subjects, asked);
    if !growth.is_empty() {
        let what = "largest count by the smallest with as many names, worst range and view";
        goal(what.to_owned(), most(growth), 1.2, Unit::Ratio);
    }
    let most_names = subjects.iter().map(|subject| subject.names).max().unwrap_or(0);
    let is_wide = |asked: &&Asked| subjects.get(asked.subject).is_some_and(|subject| subject.names == most_names);
    let by_empty = |wide: &Asked| Some(median(&wide.idle) / median(&about_empty(asked, wide)?.idle));
    let ratios = asked.iter().filter(is_wide).filter_map(by_empty).collect();
    goal(format!("{most_names} names by the empty source, worst range and view"), most(ratios), 5.0, Unit::Ratio);
    let under_load = asked.iter().map(|asked| median(&asked.loaded) / median(&asked.idle)).collect();
    goal("under ingest at half load by idle, worst of all".to_owned(), most(under_load), 2.0, Unit::Ratio);
    let events: u64 = subjects.iter().map(|subject| subject.events).sum();
    let what = format!("start to first answer with {} counted", Unit::Count.write(events as f64));
    goal(what, first_answer_ms, 200.0, Unit::Milliseconds);
    goals
}

/// Of each question, the largest source's time by the smallest's that has as many names.
fn growth(subjects: &[Subject], asked: &[Asked]) -> Vec<f64> {
    let is_counted = |asked: &Asked| subjects.get(asked.subject).is_some_and(|subject| !subject.is_committed);
    let same = |one: &Asked, other: &Asked| is_counted(other) && one.view == other.view && one.range == other.range;
    let events_of = |asked: &Asked| subjects.get(asked.subject).map_or(0, |subject| subject.events);
    let names_of = |asked: &Asked| subjects.get(asked.subject).map_or(0, |subject| subject.names);
    let ratio = |large: &Asked| {
        let alike = asked.iter().filter(|other| same(large, other) && names_of(large) == names_of(other));
        let small = alike.clone().min_by_key(|other| events_of(other))?;
        let is_largest = alike.map(events_of).max() == Some(events_of(large));
        (is_largest && events_of(small) < events_of(large)).then(|| median(&large.idle) / median(&small.idle))
    };
    asked.iter().filter(|asked| is_counted(asked)).filter_map(ratio).collect()
}
