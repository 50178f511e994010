//! The sample workspace: loaded through the real pipeline, and the ledger holds in every minute of it while live traffic
//! keeps coming.

mod support;

use domain::breakdown::Dimension;
use domain::clock::{DAY_MS, Timestamp};
use domain::filter::Filters;
use domain::overview::{Question, Selection};
use domain::step::Step;
use domain::time_range::TimeRange;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use store::{Durability, Store};
use support::HEADWATER;
use tempfile::TempDir;

#[tokio::test]
async fn the_ledger_holds_in_every_minute_of_every_source() {
    let dir = TempDir::new().expect("a temporary folder");
    let mut demo = Command::new(HEADWATER)
        .args(["demo", "--addr", "127.0.0.1:0", "--data-dir"])
        .arg(dir.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let lines = BufReader::new(demo.stdout.take().expect("stdout is piped")).lines();
    let url = lines.map_while(Result::ok).find(|line| line.contains("/sources/")).expect("it prints its address");
    assert!(url.trim().ends_with("/sources/storefront-web/overview"), "{url}");

    let store = Store::open(dir.path(), Durability::Full).await.expect("the database, beside the server");
    let web = store::source::by_slug(&store, "storefront-web").await.expect("an answer").expect("the web source");
    // Seen from the last event, as this test has no clock of its own.
    let now: Timestamp =
        store::source::last_event_at(&store, web.number).await.expect("an answer").expect("events").plus_ms(1);
    for summary in store::source::list(&store, now).await.expect("the list") {
        let source = summary.source;
        let uneven = store::overview::check_ledger(&store, source.number).await.expect("an answer");
        assert_eq!(uneven, [], "minutes of {} that do not add up", source.slug);
        let window = TimeRange::TwoWeeks.resolve(now);
        let (selection, filters) = (Selection::default(), Filters::default());
        let question = Question { window, selection, filters, dimension: Dimension::EventName };
        let page = store::overview::read(&store, source.number, question, now, |all| all).await.expect("numbers");
        let (overview, breakdown) = (page.overview, page.named.expect("words").table);
        assert!(overview.pipeline.adds_up());
        assert_eq!(breakdown.total().now, overview.pipeline.total(Step::Received).now);
        assert!(
            overview.series.now.iter().all(|count| *count > 0),
            "two weeks without a gap: {:?}",
            overview.series.now
        );
        assert!(now.since_ms(source.created_at) >= 14 * DAY_MS);
    }
    let filtered = TimeRange::Day.resolve(now);
    let report = store::overview::report(&store, web.number, filtered, now).await.expect("numbers");
    for step in Step::ALL {
        assert!(report.pipeline.total(step).now > 0, "{}", step.title());
    }
    demo.kill().expect("the process can be killed");
    demo.wait().expect("the process ends");
}
