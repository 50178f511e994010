//! Law 3: acknowledged means durable. The process is killed in the middle of a load; then every acknowledged event is
//! there exactly once, and sending everything again adds only what had been lost on the way.

mod support;

use serde_json::json;
use std::collections::BTreeSet;
use std::io::{BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use support::{Fixture, Server, basic};

const SENDERS: usize = 8;
const ACKNOWLEDGED_BEFORE_KILL: usize = 400;

/// One batch over a connection that is kept; `true` if it was acknowledged.
fn post_batch(stream: &mut TcpStream, write_key: &str, ids: &[String]) -> bool {
    let items: Vec<_> =
        ids.iter().map(|id| json!({"type": "track", "event": "Load", "userId": "u", "messageId": id})).collect();
    let body = json!({ "batch": items }).to_string();
    let head =
        format!("POST /v1/batch HTTP/1.1\r\nHost: x\r\n{}\r\nContent-Length: {}\r\n\r\n", basic(write_key), body.len());
    if stream.write_all(format!("{head}{body}").as_bytes()).is_err() {
        return false;
    }
    let mut reader = BufReader::new(stream);
    let mut answer = Vec::new();
    let mut byte = [0];
    while !answer.ends_with(br#"{"success":true}"#) {
        match reader.read(&mut byte) {
            Ok(1) => answer.push(byte[0]),
            _ => return false,
        }
    }
    true
}

#[test]
fn a_kill_in_the_middle_of_a_load_loses_nothing_acknowledged_and_doubles_nothing() {
    let Fixture { dir, server, slug, write_key } = Fixture::start();
    let sent = Mutex::new(BTreeSet::new());
    let acknowledged = Mutex::new(BTreeSet::new());
    let addr = server.addr.clone();
    let running = Mutex::new(Some(server));
    std::thread::scope(|scope| {
        for sender in 0..SENDERS {
            let (sent, acknowledged, running, addr, write_key) = (&sent, &acknowledged, &running, &addr, &write_key);
            scope.spawn(move || {
                let mut stream = TcpStream::connect(addr).expect("the server listens");
                for round in 0.. {
                    // Single calls, tails and blocks: 1, 10 and 100 events in turn.
                    let size = [1, 10, 100][round % 3];
                    let ids: Vec<String> = (0..size).map(|i| format!("{sender}-{round}-{i}")).collect();
                    sent.lock().expect("no panic").extend(ids.iter().cloned());
                    if !post_batch(&mut stream, write_key, &ids) {
                        return;
                    }
                    let mut acknowledged = acknowledged.lock().expect("no panic");
                    acknowledged.extend(ids);
                    if acknowledged.len() >= ACKNOWLEDGED_BEFORE_KILL
                        && let Some(server) = running.lock().expect("no panic").take()
                    {
                        server.kill();
                    }
                }
            });
        }
    });
    let (sent, acknowledged) = (sent.into_inner().expect("no panic"), acknowledged.into_inner().expect("no panic"));
    let fixture = Fixture { server: Server::start(dir.path()), dir, slug, write_key };

    let stored = fixture.step("received");
    assert!(stored >= acknowledged.len() as u64, "{stored} stored, {} acknowledged", acknowledged.len());
    assert!(stored <= sent.len() as u64, "{stored} stored, {} sent", sent.len());

    let resend = |ids: &BTreeSet<String>| {
        let mut stream = TcpStream::connect(&fixture.server.addr).expect("the server listens");
        let ids: Vec<String> = ids.iter().cloned().collect();
        for chunk in ids.chunks(200) {
            assert!(post_batch(&mut stream, &fixture.write_key, chunk));
        }
    };
    resend(&acknowledged);
    assert_eq!(fixture.step("received"), stored, "an acknowledged event was not there");
    assert_eq!(fixture.step("duplicates"), acknowledged.len() as u64);
    resend(&sent);
    assert_eq!(fixture.step("received"), sent.len() as u64, "every event sent is there once");
    assert_eq!(fixture.step("eligible"), sent.len() as u64);
}
