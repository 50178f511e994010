//! Reads a request's body within bounds of size, time and, over all requests, memory.

use axum::body::{Body, Bytes, HttpBody};
use domain::event::BATCH_BYTES_MAX;
use http_body_util::BodyExt;
use pipeline::ingest::draft::UNREADABLE_BYTES_KEPT;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// How much of all bodies together may be held while they are being read: beyond it a slow client must come back later.
const HELD_BYTES_MAX: usize = 64 << 20;
/// For the rest of a body of several pieces there is room for so many times what came of it first: a client that announces much
/// and sends little takes little.
const ROOM_AHEAD: usize = 3;
/// How much of a refused body is read and thrown away, so that the client, still sending, gets to read the answer.
const DRAINED_BYTES_MAX: usize = 32 << 20;

/// Why there is no body to judge.
#[derive(Debug)]
pub enum BodyError {
    /// More than a batch may hold; its beginning.
    TooLarge(Bytes),
    /// The connection broke, or the body was shorter than announced.
    Incomplete,
    /// It did not arrive in time.
    TooSlow,
    /// Too much of others' bodies is held.
    NoRoom,
}

/// A whole body, and the room that it takes.
pub struct HeldBody<'a> {
    /// At most [`BATCH_BYTES_MAX`] bytes.
    pub bytes: Bytes,
    _room: SemaphorePermit<'a>,
}

/// Reads bodies.
pub struct Bodies {
    room: Semaphore,
    deadline: Duration,
}

impl Bodies {
    /// Nothing is held yet.
    #[must_use]
    pub fn new(deadline: Duration) -> Self {
        Self { room: Semaphore::new(HELD_BYTES_MAX), deadline }
    }

    /// The whole body.
    ///
    /// # Errors
    /// See [`BodyError`].
    pub async fn read(&self, body: Body) -> Result<HeldBody<'_>, BodyError> {
        timeout(self.deadline, self.collect(body)).await.unwrap_or(Err(BodyError::TooSlow))
    }

    async fn collect(&self, mut body: Body) -> Result<HeldBody<'_>, BodyError> {
        let mut kept = Kept::default();
        let mut room = self.room.try_acquire_many(0).map_err(|_| BodyError::NoRoom)?;
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| BodyError::Incomplete)?.into_data() else { continue };
            if kept.len() + data.len() > BATCH_BYTES_MAX {
                let beginning = kept.beginning_with(data);
                drop(room);
                drain(body).await;
                return Err(BodyError::TooLarge(beginning));
            }
            let Ok(more) = self.room.try_acquire_many(u32::try_from(data.len()).unwrap_or(u32::MAX)) else {
                drop((room, kept, data));
                drain(body).await;
                return Err(BodyError::NoRoom);
            };
            room.merge(more);
            let rest = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
            kept.push(data, rest.min(BATCH_BYTES_MAX - kept.len()));
        }
        Ok(HeldBody { bytes: kept.into_bytes(), _room: room })
    }

    /// Reads a body that nobody looks at.
    pub async fn discard(&self, body: Body) {
        let _ = timeout(self.deadline, drain(body)).await;
    }
}

async fn drain(mut body: Body) {
    let mut drained = 0;
    while let Some(Ok(frame)) = body.frame().await {
        drained += frame.data_ref().map_or(0, Bytes::len);
        if drained > DRAINED_BYTES_MAX {
            return;
        }
    }
}

/// Most bodies come in one piece, which is kept as it is; others are put together.
#[derive(Default)]
struct Kept {
    first: Bytes,
    joined: Vec<u8>,
}

impl Kept {
    fn len(&self) -> usize {
        self.first.len() + self.joined.len()
    }

    /// Adds a piece behind which so many bytes are announced.
    fn push(&mut self, data: Bytes, rest: usize) {
        if self.len() == 0 {
            self.first = data;
            return;
        }
        if self.joined.is_empty() {
            // Once for nearly all: to grow is to copy. But what is held is bounded by what came, not by what is announced.
            let here = self.first.len() + data.len();
            self.joined.reserve_exact(here + rest.min(here * ROOM_AHEAD));
            self.joined.extend_from_slice(&std::mem::take(&mut self.first));
        }
        self.joined.extend_from_slice(&data);
    }

    fn into_bytes(self) -> Bytes {
        if self.joined.is_empty() { self.first } else { self.joined.into() }
    }

    /// The first bytes, copied: a slice would keep all of them in memory.
    fn beginning_with(self, data: Bytes) -> Bytes {
        let kept = self.into_bytes();
        let beginning: Vec<u8> = kept.iter().chain(data.iter()).take(UNREADABLE_BYTES_KEPT).copied().collect();
        beginning.into()
    }
}

#[cfg(test)]
mod tests {
    use super::{
        BATCH_BYTES_MAX, Bodies, Body, BodyError, Bytes, Duration, HttpBody, Kept, ROOM_AHEAD, Semaphore,
        UNREADABLE_BYTES_KEPT,
    };
    use http_body_util::Full;
    use hyper::body::Frame;
    use std::convert::Infallible;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    /// A body that arrives in pieces of these sizes, and then ends or goes on for ever without any.
    struct Pieces {
        sizes: Vec<usize>,
        ends: bool,
    }

    impl HttpBody for Pieces {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            match self.sizes.pop() {
                Some(size) => Poll::Ready(Some(Ok(Frame::data(vec![b'x'; size].into())))),
                None if self.ends => Poll::Ready(None),
                None => Poll::Pending,
            }
        }
    }

    fn pieces(sizes: &[usize]) -> Body {
        Body::new(Pieces { sizes: sizes.to_vec(), ends: true })
    }

    fn bodies(room: usize) -> Bodies {
        Bodies { room: Semaphore::new(room), deadline: Duration::from_millis(20) }
    }

    #[tokio::test]
    async fn a_body_is_whole_or_its_beginning() {
        let bodies = bodies(10 * BATCH_BYTES_MAX);
        for (sizes, expected) in [(&[][..], 0), (&[7], 7), (&[1, 0, 2, 3], 6), (&[BATCH_BYTES_MAX], BATCH_BYTES_MAX)] {
            let held = bodies.read(pieces(sizes)).await.map(|held| held.bytes.len());
            assert!(matches!(held, Ok(bytes) if bytes == expected), "{sizes:?}");
        }
        for sizes in [&[BATCH_BYTES_MAX + 1][..], &[1, BATCH_BYTES_MAX], &[40 << 20, 9]] {
            let Err(BodyError::TooLarge(beginning)) = bodies.read(pieces(sizes)).await else { panic!("{sizes:?}") };
            assert_eq!(beginning.len(), UNREADABLE_BYTES_KEPT);
        }
        assert_eq!(bodies.room.available_permits(), 10 * BATCH_BYTES_MAX, "all room was given back");
    }

    #[test]
    fn what_is_announced_takes_little_room_before_it_comes() {
        let mut kept = Kept::default();
        kept.push(Bytes::from_static(&[b'x'; 100]), BATCH_BYTES_MAX);
        kept.push(Bytes::from_static(&[b'y'; 100]), BATCH_BYTES_MAX);
        assert!(kept.joined.capacity() <= 200 * (1 + ROOM_AHEAD), "{}", kept.joined.capacity());
        assert_eq!((kept.len(), kept.into_bytes().len()), (200, 200));
    }

    #[tokio::test]
    async fn others_have_to_wait_while_too_much_is_held() {
        let bodies = bodies(1_000);
        let first = bodies.read(pieces(&[600])).await;
        assert!(matches!(bodies.read(pieces(&[200, 300])).await, Err(BodyError::NoRoom)));
        drop(first);
        assert!(bodies.read(pieces(&[200, 300])).await.is_ok());
    }

    #[tokio::test]
    async fn a_body_that_never_ends_is_given_up() {
        let bodies = bodies(1_000);
        let endless = Body::new(Pieces { sizes: vec![10], ends: false });
        assert!(matches!(bodies.read(endless).await, Err(BodyError::TooSlow)));
        bodies.discard(Body::new(Pieces { sizes: vec![10], ends: false })).await;
        assert!(bodies.read(Body::new(Full::from("x"))).await.is_ok());
    }
}
