//! Addresses in, states out, and back.

use super::{Dimension, DiscardReason, Metric, OverviewQuery, Step, TimeRange};

fn parse(query: &str) -> (OverviewQuery, Vec<String>) {
    let pairs: Vec<(&str, &str)> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
    OverviewQuery::parse(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
}

#[test]
fn an_empty_query_is_the_default_and_leaves_no_trace() {
    let (query, sentences) = parse("");
    assert_eq!((query, sentences.len()), (OverviewQuery::default(), 0));
    assert_eq!(query.href("shop"), "/sources/shop/overview");
    assert_eq!(query.by, Dimension::EventType);
}

#[test]
fn everything_survives_a_round_trip() {
    for text in [
        "step=failed",
        "step=failed&reason=id_not_string&by=name&range=7d&as=percentages&page=2",
        "step=filtered&by=version&range=10m",
        "by=name&page=3",
        "range=14d&as=percentages",
    ] {
        let (query, sentences) = parse(text);
        assert_eq!(sentences, Vec::<String>::new(), "{text}");
        assert_eq!(query.href("shop"), format!("/sources/shop/overview?{text}"));
        let params = query.params();
        let (again, _) = OverviewQuery::parse(|name| params.get(name));
        assert_eq!(again, OverviewQuery { metric: Metric::Counts, ..query });
    }
}

#[test]
fn discard_steps_open_on_their_reasons_and_a_reason_on_types() {
    assert_eq!(parse("step=failed").0.by, Dimension::Reason);
    assert_eq!(parse("step=failed&reason=id_not_string").0.by, Dimension::EventType);
    assert_eq!(parse("step=failed&by=reason").0.href("s"), "/sources/s/overview?step=failed");
}

#[test]
fn bad_values_fall_back_and_say_so() {
    for (text, sentence) in [
        ("step=x", "“x” is not a step of the pipeline. Showing events successfully received."),
        ("step=eligible", "“eligible” can’t be selected, it is read-only. Showing events successfully received."),
        ("step=failed&reason=x", "“x” is not a discard reason. Showing failed on ingest."),
        ("step=failed&reason=event_setting", "“event_setting” is no reason of this step. Showing failed on ingest."),
        ("by=reason", "“reason” is not a breakdown of this. Showing event type."),
        ("range=2y", "“2y” is not a time range. Showing last 24 hours."),
        ("as=x", "“x” is not a way to show metrics. Showing counts."),
        ("page=0", "“0” is not a page number. Showing the first page."),
        ("page=-1", "“-1” is not a page number. Showing the first page."),
    ] {
        let (query, sentences) = parse(text);
        assert_eq!(sentences, [sentence], "{text}");
        assert_eq!((query.range, query.page), (TimeRange::Day, 1));
    }
    let long = format!("range={}", "x".repeat(500));
    assert_eq!(parse(&long).1, [format!("“{}…” is too long.", "x".repeat(40))]);
}

#[test]
fn changes_start_their_part_over() {
    let (query, _) = parse("step=failed&reason=id_not_string&by=name&range=7d&as=percentages&page=2");
    assert_eq!(query.with_step(Step::Received).href("s"), "/sources/s/overview?range=7d&as=percentages");
    assert_eq!(query.with_reason(None).href("s"), "/sources/s/overview?step=failed&range=7d&as=percentages");
    assert_eq!(query.with_range(TimeRange::Day).page, 1);
    let other = query.with_reason(Some(DiscardReason::EmptyBatch));
    assert_eq!((other.by, other.page), (Dimension::EventType, 1));
    assert_eq!(query.with_page(1).with_by(Dimension::AppVersion).by, Dimension::AppVersion);
}
