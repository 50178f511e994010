//! Open pages: connections that follow the live numbers of sources, and see when a marker shows up in them. A marker is an
//! event with a name that no other has.

use crate::data::SourceKey;
use crate::http::{Connection, get};
use anyhow::{Context, Result, anyhow, bail};
use memchr::memmem;
use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Instant;
use tokio::sync::oneshot;
use tokio::task::{JoinSet, LocalSet};

/// What a marker's name begins with.
const MARK: &str = "Marker ";
const DIGITS: usize = 6;

/// A marker's name.
pub fn marker(number: usize) -> String {
    format!("{MARK}{number:0DIGITS$}")
}

/// A marker that a viewer saw, and when.
pub type Sighting = (usize, Instant);

/// Viewers, in a thread of their own.
pub struct Viewers {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<Result<Vec<Sighting>>>,
}

impl Viewers {
    /// Opens so many pages, the sources in turn; returns once all of them are answered.
    ///
    /// # Errors
    /// One is not.
    pub fn open(addr: SocketAddr, sources: &[SourceKey], count: usize) -> Result<Self> {
        let paths: Vec<String> = sources.iter().map(|source| format!("/sources/{}/live", source.slug)).collect();
        let (stop, stopped) = oneshot::channel();
        let (ready, is_ready) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            LocalSet::new().block_on(&runtime, view(addr, &paths, count, ready, stopped))
        });
        // An error is a thread that ended; it says why.
        if is_ready.recv().is_err() {
            thread.join().map_err(|_| anyhow!("the viewers broke"))??;
            bail!("the viewers ended early");
        }
        Ok(Self { stop, thread })
    }

    /// Closes the pages; gives what they saw.
    ///
    /// # Errors
    /// A connection broke.
    pub fn close(self) -> Result<Vec<Sighting>> {
        // An error is viewers that ended; they say why.
        let _ = self.stop.send(());
        self.thread.join().map_err(|_| anyhow!("the viewers broke"))?
    }
}

async fn view(
    addr: SocketAddr,
    paths: &[String],
    count: usize,
    ready: mpsc::Sender<()>,
    stopped: oneshot::Receiver<()>,
) -> Result<Vec<Sighting>> {
    let sightings = Rc::new(RefCell::new(Vec::new()));
    let mut viewers = JoinSet::new();
    for number in 0..count {
        let path = paths.get(number % paths.len().max(1)).context("viewers have sources")?;
        let mut connection = Connection::open(addr).await?;
        connection.send(get(path).as_bytes()).await?;
        let beginning = connection.read().await?;
        if !beginning.starts_with(b"HTTP/1.1 200") {
            bail!("GET {path}: {}", String::from_utf8_lossy(&beginning));
        }
        viewers.spawn_local(follow(connection, Rc::clone(&sightings)));
    }
    let _ = ready.send(());
    tokio::select! {
        Some(end) = viewers.join_next() => end??,
        _ = stopped => {}
    }
    viewers.shutdown().await;
    Ok(sightings.take())
}

/// Notes every marker once.
async fn follow(mut connection: Connection, sightings: Rc<RefCell<Vec<Sighting>>>) -> Result<()> {
    let finder = memmem::Finder::new(MARK);
    let (mut seen, mut bytes) = (Vec::new(), Vec::new());
    loop {
        bytes.extend_from_slice(&connection.read().await?);
        let now = Instant::now();
        for number in finder.find_iter(&bytes).filter_map(|at| number_at(&bytes, at + MARK.len())) {
            if seen.len() <= number {
                seen.resize(number + 1, false);
            }
            if seen.get_mut(number).is_some_and(|seen| !std::mem::replace(seen, true)) {
                sightings.borrow_mut().push((number, now));
            }
        }
        // A marker may be cut in two.
        let rest = bytes.len().saturating_sub(MARK.len() + DIGITS - 1);
        bytes.drain(..rest);
    }
}

fn number_at(bytes: &[u8], at: usize) -> Option<usize> {
    std::str::from_utf8(bytes.get(at..at + DIGITS)?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{MARK, marker, number_at};

    #[test]
    fn markers_are_found_again() {
        let text = format!("\"name\":\"{}\"", marker(1234));
        let at = text.find(MARK).unwrap() + MARK.len();
        assert_eq!(number_at(text.as_bytes(), at), Some(1234));
        assert_eq!(number_at(&text.as_bytes()[..at + 3], at), None);
    }
}
