//! What a connection is busy with, and since when: read by a timer that closes those that take too long. Without it a
//! client could hold a place for ever, by sending a header a minute or by never reading its answer.

use crate::clock::instant;
use crate::config::ConnectionArgs;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;

/// How many times shorter a connection may idle where places are scarce: 5 s instead of 75 s. The timer looks as often, so
/// that idle connections notice.
const CROWDED_FACTOR: u32 = 15;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Opened, and nothing has arrived.
    Fresh,
    /// The first byte of a request has arrived.
    Head,
    /// A request is being answered; its body has a deadline of its own.
    Serving,
    /// The last answer is being sent, or was, and nothing has arrived since.
    Answered,
}

/// The phase, and since when: for `Answered`, since bytes moved last.
#[derive(Debug)]
pub(super) struct Activity(Mutex<(Phase, Instant)>);

impl Activity {
    pub(super) fn new(now: Instant) -> Self {
        Self(Mutex::new((Phase::Fresh, now)))
    }

    fn change(&self, next: impl FnOnce(Phase, Instant) -> (Phase, Instant)) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (phase, since) = *state;
        *state = next(phase, since);
    }

    fn state(&self) -> (Phase, Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request's headers are complete.
    pub(super) fn serves(&self) {
        self.change(|_, since| (Phase::Serving, since));
    }

    /// The answer can be sent.
    pub(super) fn answers(&self, now: Instant) {
        self.change(|_, _| (Phase::Answered, now));
    }

    pub(super) fn is_fresh(&self) -> bool {
        self.state().0 == Phase::Fresh
    }

    fn read(&self, now: Instant) {
        self.change(|phase, since| match phase {
            Phase::Fresh | Phase::Answered => (Phase::Head, now),
            Phase::Head | Phase::Serving => (phase, since),
        });
    }

    fn wrote(&self, now: Instant) {
        self.change(|phase, since| if phase == Phase::Answered { (phase, now) } else { (phase, since) });
    }

    /// When to look again; `None` if the connection has had its time.
    pub(super) fn look(&self, now: Instant, args: &ConnectionArgs, crowded: bool) -> Option<Instant> {
        let (phase, since) = self.state();
        let short = args.idle_timeout / CROWDED_FACTOR;
        let idle = if crowded { short } else { args.idle_timeout };
        let end = match phase {
            Phase::Fresh | Phase::Head => since + args.head_timeout,
            Phase::Serving => now + short,
            Phase::Answered => since + idle,
        };
        (end > now).then(|| end.min(now + short))
    }
}

/// A stream that tells the activity about every byte.
pub(super) struct Watched {
    stream: TcpStream,
    activity: Arc<Activity>,
}

impl Watched {
    pub(super) fn new(stream: TcpStream, activity: Arc<Activity>) -> Self {
        Self { stream, activity }
    }

    fn tell_written(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if matches!(written, Poll::Ready(Ok(1..))) {
            self.activity.wrote(instant());
        }
        written
    }
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.activity.read(instant());
        }
        result
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.tell_written(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.tell_written(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::{Activity, ConnectionArgs, instant};
    use std::time::Duration;

    const ARGS: ConnectionArgs = ConnectionArgs {
        connections_max: 1,
        head_timeout: Duration::from_secs(2),
        body_timeout: Duration::from_secs(20),
        idle_timeout: Duration::from_secs(60),
        stop_timeout: Duration::from_secs(25),
    };

    #[test]
    fn each_phase_has_its_time() {
        let start = instant();
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        let activity = Activity::new(start);
        let look = |seconds: u64| activity.look(at(seconds), &ARGS, false);
        assert_eq!(look(1), Some(at(2)), "nothing has arrived yet");
        activity.read(at(1));
        assert_eq!(look(2), Some(at(3)), "headers get their time from the first byte on");
        activity.read(at(2));
        assert_eq!(look(3), None, "and no more of it for another byte");
        activity.serves();
        assert_eq!(look(1_000), Some(at(1_004)), "whoever is being served waits for us");
        activity.answers(at(1_000));
        assert_eq!(look(1_059), Some(at(1_060)));
        activity.wrote(at(1_059));
        assert_eq!(look(1_118), Some(at(1_119)), "an answer that is being read is not idle");
        assert_eq!(look(1_119), None);
        assert_eq!(activity.look(at(1_064), &ARGS, true), None, "where places are scarce");
        activity.read(at(1_118));
        assert_eq!(look(1_119), Some(at(1_120)), "the next request");
    }
}
