//! Addresses in, states out, and back.

use super::{Compare, Dimension, DiscardReason, Metric, OverviewQuery, RowKey, Sort, Step, TimeRange};
use domain::breakdown::SortBy;

fn parse(query: &str) -> (OverviewQuery, Vec<String>) {
    let pairs: Vec<(&str, &str)> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
    OverviewQuery::parse(&|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
}

#[test]
fn an_empty_query_is_the_default_and_leaves_no_trace() {
    let (query, sentences) = parse("");
    assert_eq!((&query, sentences.len()), (&OverviewQuery::default(), 0));
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
        "step=failed&range=1h&compare=week&type=track&event=~unnamed&version=1.0.0&library=curl&q=ord&sort=label",
        "range=2025-11-05T09:00:00Z..2025-11-05T12:00:00Z&compare=none&sort=label",
        "compare=week&sort=-change",
        "compare=2025-10-01T00:00:00Z",
        "step=failed&range=1h&version=1.0.0&page=2&open=id_not_string&samples=3",
        "step=filtered&open=event_setting",
    ] {
        let (query, sentences) = parse(text);
        assert_eq!(sentences, Vec::<String>::new(), "{text}");
        assert_eq!(query.href("shop"), format!("/sources/shop/overview?{text}"));
        let params = query.params();
        let (again, _) = OverviewQuery::parse(&|name| params.get(name));
        assert_eq!(again, query.with_metric(Metric::Counts));
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
        (
            "range=2025-11-05T09:00:00Z..2025-11-05T09:00:00Z",
            "“2025-11-05T09:00:00Z..2025-11-05T09:00:0…” ends before it starts. Showing last 24 hours.",
        ),
        ("compare=x", "“x” is nothing to compare with. Comparing with the period before."),
        ("type=dance", "“dance” is no event type. Showing all of them."),
        ("compare=none&sort=-change", "“-change” is no order of the table. Showing the largest first."),
        ("sort=size", "“size” is no order of the table. Showing the largest first."),
        ("as=x", "“x” is not a way to show metrics. Showing counts."),
        ("page=0", "“0” is not a page number. Showing the first page."),
        ("page=-1", "“-1” is not a page number. Showing the first page."),
        ("open=id_not_string", "“id_not_string” is no reason of this step. Showing events successfully received."),
        ("step=failed&open=x", "“x” is not a discard reason. Showing failed on ingest."),
        ("samples=0", "“0” is not a page of samples. Showing the newest."),
        ("samples=101", "“101” is not a page of samples. Showing the newest."),
    ] {
        let (query, sentences) = parse(text);
        assert_eq!(sentences, [sentence], "{text}");
        assert_eq!((query.range, query.page), (TimeRange::Day, 1));
    }
    let long = format!("range={}", "x".repeat(900));
    assert_eq!(parse(&long).1, [format!("“{}…” is too long.", "x".repeat(40))]);
}

#[test]
fn changes_start_their_part_over() {
    let (query, _) = parse("step=failed&reason=id_not_string&by=name&range=7d&as=percentages&page=2");
    assert_eq!(query.with_step(Step::Received).href("s"), "/sources/s/overview?range=7d&as=percentages");
    assert_eq!(query.with_reason(None).href("s"), "/sources/s/overview?step=failed&range=7d&as=percentages");
    assert_eq!(query.with_range(TimeRange::Day).page, 1);
    let sought = query.with_search("ord").with_sort(Sort { by: SortBy::Label, descending: false });
    assert_eq!(sought.with_by(Dimension::EventName), query.with_by(Dimension::EventName));
    let changed = query.with_sort(Sort { by: SortBy::Change, descending: true });
    assert_eq!(changed.with_compare(Compare::Nothing).sort, Sort::default());
    assert_eq!(changed.with_compare(Compare::WeekBefore).sort, changed.sort);
    let other = query.with_reason(Some(DiscardReason::EmptyBatch));
    assert_eq!((other.by, other.page), (Dimension::EventType, 1));
    assert_eq!(query.with_page(1).with_by(Dimension::AppVersion).by, Dimension::AppVersion);
}

#[test]
fn a_drawer_opens_on_the_newest_and_closes_without_a_trace() {
    let (query, _) = parse("step=failed&range=1h&page=2");
    let open = query.with_open(DiscardReason::IdNotString).with_samples(4);
    assert_eq!(open.href("s"), "/sources/s/overview?step=failed&range=1h&page=2&open=id_not_string&samples=4");
    assert_eq!(open.with_open(DiscardReason::EmptyBatch).samples, 1);
    assert_eq!(open.closed(), query);
}

#[test]
fn pins_stay_through_steps_and_are_escaped() {
    let name = |text: &str| Some(RowKey::Name(text.into()));
    let query = OverviewQuery::default().with_filter(Dimension::EventName, name("50% off & more=#1 ñ"));
    let href = query.with_step(Step::FailedOnIngest).href("s");
    assert_eq!(href, "/sources/s/overview?step=failed&event=50%25%20off%20%26%20more%3D%231%20%C3%B1");
    assert_eq!(query.with_filter(Dimension::EventName, None), OverviewQuery::default());
    let pinned = query.with_compare(Compare::WeekBefore).with_filter(Dimension::AppVersion, Some(RowKey::NoVersion));
    assert_eq!(pinned.without_filters().href("s"), "/sources/s/overview?compare=week");
}
