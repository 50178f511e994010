//! Connections that dawdle, idle, never read, or are cut by a stop: each has its time, and what was acknowledged stays.

mod support;

use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
use support::{Fixture, Server, basic, headwater};

/// Reads until the server closes the connection.
fn until_closed(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {}
        Err(error) => panic!("the server does not close the connection: {error}"),
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn write(stream: &mut TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).expect("the server reads");
}

/// Reads one answer of known end.
fn read_answer(stream: &mut TcpStream, end: &str) -> String {
    let mut answer = Vec::new();
    let mut byte = [0];
    while !answer.ends_with(end.as_bytes()) {
        assert_eq!(stream.read(&mut byte).expect("an answer"), 1, "{}", String::from_utf8_lossy(&answer));
        answer.push(byte[0]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

fn call(fixture: &Fixture, id: &str) -> String {
    let body = json!({"userId": "u", "event": "E", "messageId": id}).to_string();
    let head = format!("POST /v1/track HTTP/1.1\r\nHost: x\r\n{}\r\n", basic(&fixture.write_key));
    format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())
}

#[test]
fn slow_headers_and_silence_are_given_up() {
    let fixture = Fixture::start_with(&["--head-timeout-ms", "150", "--idle-timeout-ms", "3000"]);
    for beginning in ["", "POST /v1/track HT", "POST /v1/track HTTP/1.1\r\nHost: x\r\nX-Slow: "] {
        let mut stream = fixture.server.connect();
        write(&mut stream, beginning);
        assert_eq!(until_closed(&mut stream), "", "{beginning}");
    }
    let mut kept = fixture.server.connect();
    write(&mut kept, &call(&fixture, "m1"));
    read_answer(&mut kept, r#"{"success":true}"#);
    write(&mut kept, "POST /v1/tr");
    assert_eq!(until_closed(&mut kept), "", "the second request's headers, too");
    assert_eq!(fixture.step("received"), 1);
}

#[test]
fn a_slow_body_is_answered_with_408() {
    let fixture = Fixture::start_with(&["--body-timeout-ms", "150"]);
    let streams: Vec<TcpStream> = (0..50)
        .map(|_| {
            let mut stream = fixture.server.connect();
            let auth = basic(&fixture.write_key);
            write(
                &mut stream,
                &format!("POST /v1/track HTTP/1.1\r\nHost: x\r\n{auth}\r\nContent-Length: 100\r\n\r\n{{"),
            );
            stream
        })
        .collect();
    for mut stream in streams {
        let answer = until_closed(&mut stream);
        assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains(r#""code":"body_too_slow""#), "{answer}");
    }
    assert_eq!(fixture.step("received"), 0);
}

#[test]
fn an_idle_connection_serves_again_and_is_closed_in_the_end() {
    let fixture = Fixture::start_with(&["--idle-timeout-ms", "300"]);
    let mut stream = fixture.server.connect();
    for n in 0..3 {
        write(&mut stream, &call(&fixture, &format!("m{n}")));
        read_answer(&mut stream, r#"{"success":true}"#);
    }
    assert_eq!(until_closed(&mut stream), "");
    assert_eq!(fixture.step("received"), 3);
}

#[test]
fn events_of_a_sender_that_hangs_up_without_waiting_count() {
    let fixture = Fixture::start();
    let mut stream = fixture.server.connect();
    write(&mut stream, &call(&fixture, "m1"));
    drop(stream);
    let arrives = (0..1_000).any(|_| fixture.step("received") == 1);
    assert!(arrives, "the event is not there");
}

#[test]
fn a_client_that_never_reads_its_answers_is_dropped() {
    let fixture = Fixture::start_with(&["--idle-timeout-ms", "300"]);
    let mut stream = fixture.server.connect();
    let requests = "GET /v1/track HTTP/1.1\r\nHost: x\r\n\r\n".repeat(100);
    // Neither side can send once all buffers are full. The write fails when the server has hung up; a time-out here means
    // that it has not.
    let error = loop {
        if let Err(error) = stream.write_all(requests.as_bytes()) {
            break error;
        }
    };
    assert!(!matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut), "{error}");
    assert_eq!(fixture.server.get("/healthz").status, 200);
}

#[test]
fn where_all_places_are_taken_the_next_client_waits_for_one() {
    let fixture = Fixture::start_with(&["--connections-max", "2", "--idle-timeout-ms", "3000"]);
    let mut idle: Vec<TcpStream> = (0..2).map(|_| fixture.server.connect()).collect();
    for (n, stream) in idle.iter_mut().enumerate() {
        write(stream, &call(&fixture, &format!("m{n}")));
        read_answer(stream, r#"{"success":true}"#);
    }
    let mut third = fixture.server.connect();
    write(&mut third, &call(&fixture, "m3"));
    read_answer(&mut third, r#"{"success":true}"#);
    assert!(idle.iter_mut().any(|stream| matches!(stream.read(&mut [0]), Ok(0))), "an idle one had to go for it");
    assert_eq!(fixture.step("received"), 3);
}

#[test]
fn a_server_can_be_stopped_as_soon_as_it_says_that_it_is_ready() {
    let dir = tempfile::tempdir().expect("a folder");
    for _ in 0..5 {
        Server::start(dir.path()).stop();
    }
}

#[test]
fn a_stop_ends_idle_connections_at_once_and_finishes_what_is_under_way() {
    let fixture = Fixture::start();
    let mut fresh = fixture.server.connect();
    let mut idle = fixture.server.connect();
    write(&mut idle, &call(&fixture, "idle"));
    read_answer(&mut idle, r#"{"success":true}"#);
    let request = call(&fixture, "under-way");
    let (first, rest) = request.split_at(request.len() - 5);
    let mut under_way = fixture.server.connect();
    write(&mut under_way, first);
    // The server has seen the beginning once it answers a later connection.
    assert_eq!(fixture.server.get("/healthz").status, 200);

    fixture.server.ask_to_stop();
    assert_eq!((until_closed(&mut fresh).as_str(), until_closed(&mut idle).as_str()), ("", ""));
    write(&mut under_way, rest);
    let answer = until_closed(&mut under_way);
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with(r#"{"success":true}"#), "{answer}");
    let Fixture { dir, server, slug, .. } = fixture;
    server.stop();
    let events = headwater(dir.path(), &["events", &slug, "--json"]).stdout;
    assert!(String::from_utf8_lossy(&events).contains("under-way"));
}

#[test]
fn a_request_that_never_ends_does_not_keep_a_stop_waiting_for_ever() {
    let fixture = Fixture::start_with(&["--stop-timeout-ms", "200"]);
    let mut stuck = fixture.server.connect();
    let auth = basic(&fixture.write_key);
    write(&mut stuck, &format!("POST /v1/track HTTP/1.1\r\nHost: x\r\n{auth}\r\nContent-Length: 100\r\n\r\n{{"));
    assert_eq!(fixture.server.get("/healthz").status, 200);
    let Fixture { server, dir: _dir, .. } = fixture;
    server.stop();
    assert_eq!(until_closed(&mut stuck), "");
}
