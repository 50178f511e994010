//! `headwater events SLUG`: the latest events, whole, with what became of each.

use super::{open_existing, source_of};
use crate::clock::now;
use crate::config::EventsArgs;
use crate::event_report::EventReport;
use crate::iso::iso;
use crate::serve::announce;
use domain::clock::Timestamp;
use domain::overview::Selection;
use domain::verdict::Verdict;
use serde_json::Value;
use std::fmt::Write;
use store::event::{StoredEvent, Wanted};

/// Prints them, newest first.
pub async fn print(args: EventsArgs) -> anyhow::Result<()> {
    let store = open_existing(&args.data_dir.path).await?;
    let source = source_of(&store, &args.slug).await?;
    let wanted = Wanted { selection: Selection { step: args.step, reason: args.reason } };
    // Whatever is kept, and what arrives in this millisecond.
    let (from, until) = (Timestamp(0), now().plus_ms(1));
    let events = store::event::latest(&store, source.number, from, until, wanted, usize::from(args.limit)).await?;
    store.close().await;
    let text = if args.json {
        let reports: Vec<EventReport<'_>> = events.iter().map(EventReport::of).collect();
        format!("{}\n", serde_json::to_string(&reports)?)
    } else if events.is_empty() {
        "No such events.\n".to_owned()
    } else {
        events.iter().map(as_text).collect()
    };
    Ok(announce(&text)?)
}

/// What became of it in one line, and its payload below.
fn as_text(event: &StoredEvent) -> String {
    let event_type = event.event_type.map_or("no type", |event_type| event_type.code());
    let mut text = format!("{}  {event_type}  {}", iso(event.received_at), event.verdict.step().code());
    if let Verdict::Discarded(reason) = event.verdict {
        let pointer = if event.pointer.is_empty() { "the whole" } else { &event.pointer };
        let _ = write!(text, "  {} at {pointer}", reason.code());
    }
    let _ = write!(text, "  {}\n\n", event.message_id);
    // What is nested too deeply to be printed nicely is printed as it is.
    let payload: Option<Value> = serde_json::from_str(&event.line).ok();
    let pretty = payload.and_then(|payload| serde_json::to_string_pretty(&payload).ok());
    for line in pretty.as_deref().unwrap_or(&event.line).lines() {
        let _ = writeln!(text, "  {line}");
    }
    text.push('\n');
    text
}
