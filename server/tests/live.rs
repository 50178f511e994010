//! The stream that open pages follow: all counts first, then what changed; it ends with the server.

mod support;

use app::wire;
use domain::breakdown::RowKey;
use domain::live::{LiveFrame, LiveKey};
use domain::overview::Counted;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use support::{Fixture, Server};

/// A viewer of a source.
struct Viewer(BufReader<TcpStream>);

impl Viewer {
    fn of(server: &Server, slug: &str) -> Self {
        let mut stream = server.connect();
        let request = format!("GET /sources/{slug}/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("the request is sent");
        Self(BufReader::new(stream))
    }

    /// The next frame; `None` at the stream's end.
    fn next(&mut self) -> Option<LiveFrame> {
        let mut line = String::new();
        while self.0.read_line(&mut line).expect("a line in time") > 0 {
            if let Some(frame) = line.strip_prefix("data: ") {
                return Some(wire::from_text(frame.trim_end()).expect("a frame"));
            }
            line.clear();
        }
        None
    }

    /// Reads on until a frame says this of received events.
    fn sees_received(&mut self, count: u64) -> LiveFrame {
        loop {
            let frame = self.next().expect("the stream goes on");
            let received = frame.counts.iter().filter(|one| one.key.counted == Counted::Received);
            if received.into_iter().any(|one| one.count == count) {
                return frame;
            }
        }
    }
}

fn name_of(key: LiveKey) -> Option<String> {
    match key.name {
        RowKey::Name(name) => Some(name.to_string()),
        _ => None,
    }
}

fn send(fixture: &Fixture, name: &str) {
    let body = format!(r#"{{"userId":"u","event":"{name}"}}"#);
    assert_eq!(fixture.server.post("/v1/track", &fixture.write_key, body).status, 200);
}

#[test]
fn a_viewer_gets_all_counts_first_and_then_what_changed() {
    let fixture = Fixture::start();
    send(&fixture, "Signed up");
    let mut early = Viewer::of(&fixture.server, &fixture.slug);
    let whole = early.sees_received(1);
    assert!(whole.since.is_some(), "{whole:?}");
    send(&fixture, "Order Completed");
    // Two events may lie in one bucket of ten seconds or in two: read back from the start of the minute they are two.
    let mut seen = Vec::new();
    while !seen.iter().any(|name| name == "Order Completed") {
        let frame = early.next().expect("the stream goes on");
        assert!(frame.since.is_none(), "only what changed: {frame:?}");
        seen.extend(frame.counts.into_iter().filter_map(|one| name_of(one.key)));
    }
    assert!(!seen.iter().any(|name| name == "Signed up"), "did not change");
    let mut late = Viewer::of(&fixture.server, &fixture.slug);
    let whole = late.next().expect("a frame");
    let names: Vec<_> = whole.counts.into_iter().filter_map(|one| name_of(one.key)).collect();
    for name in ["Signed up", "Order Completed"] {
        assert!(names.iter().any(|one| one == name), "{name} is missing: {names:?}");
    }
}

#[test]
fn a_stream_ends_with_the_server() {
    let fixture = Fixture::start();
    let mut viewer = Viewer::of(&fixture.server, &fixture.slug);
    assert!(viewer.next().is_some());
    fixture.server.ask_to_stop();
    while viewer.next().is_some() {}
    fixture.server.stop();
}

#[test]
fn nobody_follows_a_source_that_does_not_exist() {
    let fixture = Fixture::start();
    let answer = fixture.server.get("/sources/nobody/live");
    assert_eq!((answer.status, answer.body.trim()), (404, "There is no such source."));
}
