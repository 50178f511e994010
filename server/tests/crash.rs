//! Law 3: acknowledged means durable. Under load the process is killed again and again, or asked to stop; then every
//! acknowledged event is there exactly once.

#![cfg(target_os = "linux")]

mod support;

use std::fs::File;
use std::io::Write;
use std::path::Path;
use support::load::{Load, assert_counted_exactly};
use support::{Fixture, Server};

/// How many events are acknowledged between a start and the kill: from none, in the middle of the first requests, to many
/// commits.
const ACKNOWLEDGED_BEFORE_KILL: [usize; 20] =
    [1_000, 1, 40, 0, 2_500, 7, 120, 1, 0, 1_260, 90, 3, 4_000, 15, 1, 330, 0, 60, 2_210, 1_450];

/// What a torn write leaves behind the last whole frame of the WAL: the beginning of one, zeros, or anything.
fn spoil_end_of_wal(data_dir: &Path, round: usize) {
    let garbage = match round % 4 {
        0 => return,
        1 => vec![0; 5_000],
        2 => (0..9_999).map(|n: usize| (n * 31 % 251) as u8).collect(),
        _ => vec![0xff; 24],
    };
    let mut wal = File::options().append(true).open(data_dir.join("headwater.db-wal")).expect("the WAL");
    wal.write_all(&garbage).expect("garbage");
}

#[test]
fn twenty_kills_under_load_lose_nothing_acknowledged_and_double_nothing() {
    let mut fixture = Fixture::start();
    let load = Load::new(&fixture);
    load.during(|| {
        for (round, events) in ACKNOWLEDGED_BEFORE_KILL.into_iter().enumerate() {
            load.wait_for_more(events);
            load.turn_to(None);
            fixture.server.kill();
            let acknowledged = load.acknowledged() as u64;
            spoil_end_of_wal(fixture.dir.path(), round);
            fixture.server = Server::start(fixture.dir.path());
            let received = fixture.step("received");
            assert!(received >= acknowledged, "{received} of {acknowledged} acknowledged events after kill {round}");
            load.turn_to(Some(&fixture.server));
        }
        load.wait_for_more(300);
    });
    assert_counted_exactly(&fixture, &load);
}

#[test]
fn a_server_that_is_asked_to_stop_under_load_answers_what_it_took_and_ends_well() {
    let mut fixture = Fixture::start();
    let load = Load::new(&fixture);
    let fixture = load.during(|| {
        for _ in 0..3 {
            load.wait_for_more(300);
            load.turn_to(None);
            fixture.server.stop();
            fixture.server = Server::start(fixture.dir.path());
            load.turn_to(Some(&fixture.server));
        }
        load.wait_for_more(300);
        fixture
    });
    assert_counted_exactly(&fixture, &load);
}
