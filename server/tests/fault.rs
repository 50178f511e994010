//! The store fails under load: the disk is full, somebody else holds the database, its files cannot be written. Clients are
//! told to come back, `/healthz` says what is wrong, it ends by itself, and what was acknowledged is counted exactly.

#![cfg(target_os = "linux")]

mod support;

use std::fs::File;
use std::process::Command;
use support::fault::{Lock, SmallDisk, let_write, memory_peak_bytes, on_small_disk, unsignalled};
use support::load::{Load, assert_counted_exactly, wait_until};
use support::{Fixture, HEADWATER, Server};
use tempfile::TempDir;

const DISK_BYTES: u64 = 24 << 20;
/// Answers 503 that are seen before the fault ends: several of each client.
const REFUSALS: usize = 50;
/// Whatever happens: a debug build at rest takes 40 MB.
const MEMORY_BYTES_MAX: u64 = 100 << 20;

/// What is in the way by `/healthz`; `None` if nothing is.
fn problem(server: &Server) -> Option<String> {
    let health = server.get("/healthz");
    let body = health.json();
    match (health.status, body["status"].as_str()) {
        (200, Some("ok")) => None,
        (503, Some("degraded")) => {
            assert!(body["since"].as_str().is_some_and(|since| since.ends_with('Z')), "{body}");
            assert!(body["remedy"].as_str().is_some_and(|remedy| remedy.ends_with('.')), "{body}");
            Some(body["problem"].as_str().expect("a problem").to_owned())
        }
        _ => panic!("{health:?}"),
    }
}

/// Waits until events are refused because of that. A disk that is only just full may still take some.
fn wait_for_refusals(load: &Load, server: &Server, expected: &str) {
    let enough = load.refusals(503, "unavailable") + REFUSALS;
    wait_until("events are refused, and it says why", || {
        load.refusals(503, "unavailable") >= enough && problem(server).as_deref() == Some(expected)
    });
}

fn wait_for_recovery(load: &Load, server: &Server) {
    wait_until("the server has recovered", || problem(server).is_none());
    load.wait_for_more(300);
}

/// Every refused request is tallied; the events themselves came again.
fn assert_refusals_are_tallied(fixture: Fixture, load: &Load) {
    let refused: usize = load.book().refusals.values().sum();
    assert!(memory_peak_bytes(&fixture.server) < MEMORY_BYTES_MAX);
    let tallies = fixture.stop_and_unattributed();
    let tallied: u64 = tallies.iter().filter(|(kind, ..)| kind == "unavailable").map(|(.., requests)| requests).sum();
    assert_eq!(tallied, refused as u64, "{tallies:?}");
}

/// With its log on the same disk, as is usual.
fn start_on(disk: &SmallDisk) -> Fixture {
    let mut command = Command::new(HEADWATER);
    command.stderr(File::create(disk.path().join("log")).expect("a log"));
    Fixture::start_by(command, disk.folder(), &[])
}

#[test]
fn a_full_disk_is_survived_and_everything_acknowledged_is_counted() {
    on_small_disk("a_full_disk_is_survived_and_everything_acknowledged_is_counted", DISK_BYTES, |disk| {
        let fixture = start_on(disk);
        let load = Load::new(&fixture);
        load.during(|| {
            load.wait_for_more(300);
            for _ in 0..2 {
                let ballast = disk.fill();
                wait_for_refusals(&load, &fixture.server, "disk_full");
                ballast.remove();
                wait_for_recovery(&load, &fixture.server);
            }
        });
        assert_counted_exactly(&fixture, &load);
        assert_refusals_are_tallied(fixture, &load);
    });
}

#[test]
fn a_kill_on_a_full_disk_loses_nothing_acknowledged() {
    on_small_disk("a_kill_on_a_full_disk_loses_nothing_acknowledged", DISK_BYTES, |disk| {
        let mut fixture = start_on(disk);
        let load = Load::new(&fixture);
        load.during(|| {
            load.wait_for_more(300);
            let ballast = disk.fill();
            wait_for_refusals(&load, &fixture.server, "disk_full");
            load.turn_to(None);
            fixture.server.kill();
            ballast.remove();
            fixture.server = Server::start(fixture.dir.path());
            load.turn_to(Some(&fixture.server));
            load.wait_for_more(300);
        });
        assert_counted_exactly(&fixture, &load);
    });
}

#[test]
fn a_database_held_by_somebody_else_is_waited_for() {
    let fixture = Fixture::start();
    let load = Load::new(&fixture);
    load.during(|| {
        load.wait_for_more(300);
        let lock = Lock::hold(fixture.dir.path());
        wait_for_refusals(&load, &fixture.server, "locked");
        lock.release();
        wait_for_recovery(&load, &fixture.server);
    });
    assert_counted_exactly(&fixture, &load);
    assert_refusals_are_tallied(fixture, &load);
}

#[test]
fn files_that_cannot_be_written_lose_nothing_acknowledged() {
    let fixture = Fixture::start_by(unsignalled(), TempDir::new().expect("a temporary folder"), &[]);
    let load = Load::new(&fixture);
    load.during(|| {
        load.wait_for_more(300);
        for _ in 0..2 {
            let_write(&fixture.server, false);
            wait_for_refusals(&load, &fixture.server, "broken");
            let_write(&fixture.server, true);
            wait_for_recovery(&load, &fixture.server);
        }
    });
    assert_counted_exactly(&fixture, &load);
    assert_refusals_are_tallied(fixture, &load);
}

#[test]
fn a_failing_store_recovers_without_traffic() {
    let fixture = Fixture::start_by(unsignalled(), TempDir::new().expect("a temporary folder"), &[]);
    let event = r#"{"event":"One","userId":"u","messageId":"one"}"#;
    let_write(&fixture.server, false);
    assert_eq!(fixture.server.post("/v1/track", &fixture.write_key, event).status, 503);
    assert_eq!(problem(&fixture.server).as_deref(), Some("broken"));
    let_write(&fixture.server, true);
    wait_until("the server has recovered", || problem(&fixture.server).is_none());
    assert_eq!(fixture.server.post("/v1/track", &fixture.write_key, event).status, 200);
    assert_eq!(fixture.step("received"), 1);
}
