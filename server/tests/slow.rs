//! Clients that take their time, two hundred at once: each is told, or hung up on, while others are served, and memory stays
//! bounded.

#![cfg(target_os = "linux")]

mod support;

use std::io::{Read, Write};
use std::net::TcpStream;
use support::fault::memory_peak_bytes;
use support::{Fixture, basic};

const CONNECTIONS: usize = 200;
/// Short enough for a test, long enough to open all connections on a busy machine.
const TIMEOUTS: [&str; 4] = ["--body-timeout-ms", "4000", "--head-timeout-ms", "4000"];
/// What each sends of its body: 56 MB in all.
const BODY_BYTES: usize = 280_000;
/// A debug build at rest takes 40 MB; the bodies, as much again for buffers, and some room.
const MEMORY_BYTES_MAX: u64 = 192 << 20;

fn is_waiting(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).expect("a mode");
    let is_waiting = stream.peek(&mut [0]).is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock);
    stream.set_nonblocking(false).expect("a mode");
    is_waiting
}

fn assert_others_are_served(fixture: &Fixture, id: &str, slow: &[TcpStream]) {
    let event = format!(r#"{{"event":"One","userId":"u","messageId":"{id}"}}"#);
    assert_eq!(fixture.server.post("/v1/track", &fixture.write_key, event).status, 200);
    assert_eq!(fixture.server.get("/healthz").status, 200);
    assert!(slow.last().is_some_and(is_waiting), "the slow ones are still there");
}

#[test]
fn slow_bodies_are_refused_in_time_while_others_are_served() {
    let fixture = Fixture::start_with(&TIMEOUTS);
    let key = basic(&fixture.write_key);
    let head = format!("POST /v1/batch HTTP/1.1\r\nHost: x\r\n{key}\r\nContent-Length: 500000\r\n\r\n{{\"batch\":[");
    let slow: Vec<TcpStream> = (0..CONNECTIONS)
        .map(|_| {
            let mut stream = fixture.server.connect();
            stream.write_all(head.as_bytes()).expect("the head");
            stream.write_all(&vec![b' '; BODY_BYTES]).expect("a part of the body");
            stream
        })
        .collect();
    assert_others_are_served(&fixture, "meanwhile", &slow);
    for mut stream in slow {
        let mut answer = String::new();
        // The end of the connection may come as a reset: there was more to read.
        let _ = stream.read_to_string(&mut answer);
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(answer.contains(r#""code":"body_too_slow""#), "{answer}");
    }
    let peak = memory_peak_bytes(&fixture.server);
    assert!(peak < MEMORY_BYTES_MAX, "{peak}");
    assert_eq!(fixture.step("received"), 1, "a body that never came whole is no event");
}

#[test]
fn slow_heads_are_hung_up_on_while_others_are_served() {
    let fixture = Fixture::start_with(&TIMEOUTS);
    let slow: Vec<TcpStream> = (0..CONNECTIONS)
        .map(|n| {
            let mut stream = fixture.server.connect();
            // Some say nothing at all.
            let head = ["", "P", "POST /v1/batch HTTP/1.1\r\n", "POST /v1/batch HTTP/1.1\r\nHost: x\r\n"][n % 4];
            stream.write_all(head.as_bytes()).expect("a part of the head");
            stream
        })
        .collect();
    assert_others_are_served(&fixture, "meanwhile", &slow);
    for mut stream in slow {
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the connection ends in time");
    }
    let peak = memory_peak_bytes(&fixture.server);
    assert!(peak < MEMORY_BYTES_MAX, "{peak}");
}
