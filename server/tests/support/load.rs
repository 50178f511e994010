//! Clients that behave as SDKs do: each keeps its connection, posts batch after batch, and sends a batch again until it is
//! acknowledged, to the next server where the last one died. What they sent and what came back is written down.

use super::{Answer, Fixture, PATIENCE, Server, assert_ledger, basic};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

const SENDERS: usize = 8;
/// How long a client that was refused waits. SDKs wait longer; the harder the server is pressed, the better.
const PAUSE: Duration = Duration::from_millis(10);
/// How often tests look whether something has come about.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// The clients.
pub struct Load {
    write_key: String,
    /// Where the server is; `None` while there is none.
    addr: Mutex<Option<String>>,
    book: Mutex<Book>,
    ending: AtomicBool,
}

/// What was sent and what came back.
#[derive(Default)]
pub struct Book {
    /// Every messageId that was sent at least once.
    pub sent: BTreeSet<String>,
    /// Those in batches that were answered 200.
    pub acknowledged: BTreeSet<String>,
    /// Answers other than 200, by status and code.
    pub refusals: BTreeMap<(u16, String), usize>,
}

impl Load {
    /// Clients of that server, not sending yet.
    pub fn new(fixture: &Fixture) -> Self {
        let addr = Mutex::new(Some(fixture.server.addr.clone()));
        Self { write_key: fixture.write_key.clone(), addr, book: Mutex::default(), ending: AtomicBool::new(false) }
    }

    /// Sends while `script` runs; returns when every batch is acknowledged.
    pub fn during<T>(&self, script: impl FnOnce() -> T) -> T {
        /// Also when the script fails: the senders would go on for ever.
        struct End<'a>(&'a AtomicBool);
        impl Drop for End<'_> {
            fn drop(&mut self) {
                self.0.store(true, Ordering::Relaxed);
            }
        }
        std::thread::scope(|scope| {
            for sender in 0..SENDERS {
                scope.spawn(move || self.send(sender));
            }
            let _end = End(&self.ending);
            script()
        })
    }

    /// Goes on with another server, or waits for one.
    pub fn turn_to(&self, server: Option<&Server>) {
        *self.addr.lock().expect("no panic") = server.map(|server| server.addr.clone());
    }

    pub fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().expect("no panic")
    }

    pub fn acknowledged(&self) -> usize {
        self.book().acknowledged.len()
    }

    /// How often that answer came.
    pub fn refusals(&self, status: u16, code: &str) -> usize {
        self.book().refusals.get(&(status, code.to_owned())).copied().unwrap_or_default()
    }

    /// Waits until so many more events are acknowledged.
    pub fn wait_for_more(&self, events: usize) {
        let enough = self.acknowledged() + events;
        wait_until("more events are acknowledged", || self.acknowledged() >= enough);
    }

    fn send(&self, sender: usize) {
        let mut connection = None;
        for round in 0.. {
            // Single calls, tails and blocks: 1, 10 and 100 events in turn.
            let size = [1, 10, 100][round % 3];
            let ids: Vec<String> = (0..size).map(|i| format!("{sender}-{round}-{i}")).collect();
            self.book().sent.extend(ids.iter().cloned());
            if !self.deliver(&mut connection, &ids) || self.ending.load(Ordering::Relaxed) {
                return;
            }
        }
    }

    /// Sends the batch until it is acknowledged; `false` if the end came and no server took it.
    fn deliver(&self, connection: &mut Option<BufReader<TcpStream>>, ids: &[String]) -> bool {
        let mut tries_at_the_end = 0;
        while tries_at_the_end < PATIENCE.as_millis() / PAUSE.as_millis() {
            match self.post(connection, ids) {
                Some(answer) if answer.status == 200 => {
                    self.book().acknowledged.extend(ids.iter().cloned());
                    return true;
                }
                Some(answer) => self.write_down(&answer),
                None => *connection = None,
            }
            std::thread::sleep(PAUSE);
            tries_at_the_end += u128::from(self.ending.load(Ordering::Relaxed));
        }
        false
    }

    /// A refusal must be one that a client can act on.
    fn write_down(&self, answer: &Answer) {
        assert!(matches!(answer.status, 429 | 503), "{answer:?}");
        let seconds = answer.header("retry-after").and_then(|seconds| seconds.parse::<u32>().ok());
        assert!(seconds.is_some_and(|seconds| (1..=60).contains(&seconds)), "{answer:?}");
        let body = answer.json();
        let code = body["code"].as_str().expect("a code").to_owned();
        assert!(body["message"].as_str().is_some_and(|message| message.ends_with('.')), "{answer:?}");
        *self.book().refusals.entry((answer.status, code)).or_default() += 1;
    }

    /// `None` if there is no server, or the connection broke before the answer was complete.
    fn post(&self, connection: &mut Option<BufReader<TcpStream>>, ids: &[String]) -> Option<Answer> {
        if connection.is_none() {
            let addr = self.addr.lock().expect("no panic").clone()?;
            let stream = TcpStream::connect(addr).ok()?;
            stream.set_read_timeout(Some(PATIENCE)).ok()?;
            *connection = Some(BufReader::new(stream));
        }
        let connection = connection.as_mut()?;
        let item = |id: &String| json!({"type": "track", "event": "Load", "userId": "u", "messageId": id});
        let body = json!({ "batch": ids.iter().map(item).collect::<Vec<_>>() }).to_string();
        let key = basic(&self.write_key);
        let head = format!("POST /v1/batch HTTP/1.1\r\nHost: x\r\n{key}\r\nContent-Length: {}\r\n\r\n", body.len());
        connection.get_mut().write_all(format!("{head}{body}").as_bytes()).ok()?;
        read_answer(connection)
    }
}

/// An answer of announced length, over a connection that stays open.
fn read_answer(connection: &mut BufReader<TcpStream>) -> Option<Answer> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if connection.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let mut answer = Answer { status, head: head.trim_end().to_owned(), body: String::new() };
    let mut body = vec![0; answer.header("content-length")?.parse().ok()?];
    connection.read_exact(&mut body).ok()?;
    answer.body = String::from_utf8(body).ok()?;
    Some(answer)
}

/// Looks until it is so.
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..PATIENCE.as_millis() / LOOK_EVERY.as_millis() {
        if is_so() {
            return;
        }
        std::thread::sleep(LOOK_EVERY);
    }
    panic!("waited in vain until {what}");
}

/// After a load: what was acknowledged is counted, exactly, and kept, each event once.
pub fn assert_counted_exactly(fixture: &Fixture, load: &Load) {
    let book = load.book();
    assert_eq!(book.acknowledged.len(), book.sent.len(), "every batch was acknowledged in the end");
    let overview = fixture.overview();
    assert_ledger(&overview);
    let events = book.acknowledged.len() as u64;
    assert_eq!((fixture.step("received"), fixture.step("eligible")), (events, events));
    let (duplicates, ids) = (fixture.step("duplicates"), book.acknowledged.iter().collect::<Vec<_>>());
    for chunk in ids.chunks(500) {
        let item = |id: &&String| json!({"type": "track", "event": "Load", "userId": "u", "messageId": id});
        let body = json!({ "batch": chunk.iter().map(item).collect::<Vec<_>>() }).to_string();
        assert_eq!(fixture.server.post("/v1/batch", &fixture.write_key, body).status, 200);
    }
    assert_eq!(fixture.step("received"), events, "an acknowledged event was not there");
    assert_eq!(fixture.step("duplicates"), duplicates + events);
}
