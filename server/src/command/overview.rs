//! `headwater overview SLUG`: the numbers of the page, as tables or as JSON.

use super::{open_existing, source_of, table::aligned};
use crate::clock::now;
use crate::config::OverviewArgs;
use crate::iso::iso;
use crate::serve::announce;
use domain::breakdown::{Breakdown, Dimension, RowKey};
use domain::number_format::{change, count, difference, share};
use domain::overview::{Comparison, Report};
use domain::step::Step;
use serde_json::{Value, json};

/// Prints the numbers of one source.
pub async fn print(args: OverviewArgs) -> anyhow::Result<()> {
    let store = open_existing(&args.data_dir.path).await?;
    let source = source_of(&store, &args.slug).await?;
    let now = now();
    let report = store::overview::report(&store, source.number, args.range.resolve(now), now).await?;
    store.close().await;
    let text = if args.json { format!("{}\n", as_json(&report)) } else { as_tables(&source.name, &report) };
    Ok(announce(&text)?)
}

fn as_json(report: &Report) -> Value {
    let steps = Step::ALL.map(|step| (step.code().to_owned(), json!(report.pipeline.total(step).now)));
    let mut steps = serde_json::Map::from_iter(steps);
    steps.insert("duplicates".to_owned(), json!(report.pipeline.duplicates.total().now));
    json!({
        "from": iso(report.window.from),
        "until": iso(report.window.counted_until()),
        "steps": steps,
        "event_type": rows_json(&report.event_type),
        "event_name": rows_json(&report.event_name),
        "app_version": rows_json(&report.app_version),
        "library": rows_json(&report.library),
        "reasons": report.reasons.rows.iter().filter_map(|row| match row.key {
            RowKey::Reason(reason) => Some(json!({
                "code": reason.code(), "step": reason.step().code(), "count": row.counts.now,
            })),
            _ => None,
        }).collect::<Vec<_>>(),
    })
}

fn rows_json(breakdown: &Breakdown) -> Vec<Value> {
    let row = |row: &domain::breakdown::Row| json!({ "key": row.key.code(), "count": row.counts.now, "previous": row.counts.previous });
    breakdown.rows.iter().map(row).collect()
}

fn as_tables(name: &str, report: &Report) -> String {
    let received = report.pipeline.total(Step::Received).now;
    let line = |label: &str, counts: Comparison| {
        let parts = [count(counts.now), share(counts.now, received), difference(counts), change(counts)];
        std::iter::once(label.to_owned()).chain(parts).collect::<Vec<_>>()
    };
    let head = |title: &str| [title, "COUNT", "SHARE", "CHANGE", "% CHANGE"].map(str::to_owned).to_vec();
    let mut text = format!("{name}: {} to {}\n\n", iso(report.window.from), iso(report.window.counted_until()));
    let mut steps = vec![head("STEP")];
    steps.extend(Step::ALL.map(|step| line(step.title(), report.pipeline.total(step))));
    text.push_str(&aligned(&steps));
    text.push_str(&format!("Duplicates, counted apart: {}\n", count(report.pipeline.duplicates.total().now)));
    let tables = [
        (Dimension::Reason, &report.reasons),
        (Dimension::EventType, &report.event_type),
        (Dimension::EventName, &report.event_name),
        (Dimension::AppVersion, &report.app_version),
        (Dimension::Library, &report.library),
    ];
    for (dimension, breakdown) in tables.into_iter().filter(|(_, breakdown)| !breakdown.rows.is_empty()) {
        let mut rows = vec![head(&dimension.title().to_uppercase())];
        rows.extend(breakdown.rows.iter().map(|row| line(row.key.label(), row.counts)));
        text.push('\n');
        text.push_str(&aligned(&rows));
    }
    text
}
