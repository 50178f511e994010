//! Calls of many events on threads of their own, which go on when others have nothing to do. A call of a hundred events is read,
//! judged and packed for half a millisecond: on the threads that answer pages, each page would wait for some of them, and on
//! others like these as well, because Linux lets a thread end its turn before one that has just woken.

use axum::body::{Body, HttpBody};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_ENCODING;
use std::io;
use std::panic::resume_unwind;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;

/// Half of what another thread gets where both want the core. With less pages wait less still, but calls of many events wait
/// beside whatever else the machine does.
const NICE: i32 = 3;
/// Bytes from which on a body is long: some sixteen events. Two changes of threads are little beside them.
const LONG_BYTES: u64 = 16 * 1024;
/// How many times longer a compressed body is in the end, by and large.
const INFLATED_BY: u64 = 8;

/// Calls for each of the threads at a time. Where more come all are taken up anyway, and what counts is how many events are
/// taken: the rest stays where it came, which spares it the way to other threads and back.
const CALLS_OF_A_THREAD: usize = 16;

/// Where they are taken.
pub struct LongCalls {
    threads: Option<Runtime>,
    room: Semaphore,
}

impl LongCalls {
    /// As many threads as there are cores.
    ///
    /// # Errors
    /// The system has no threads to give.
    pub fn new() -> io::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let mut threads = Builder::new_multi_thread();
        threads.worker_threads(cores).thread_name("long-calls").on_thread_start(|| store::patience::give_way(NICE));
        // For the deadline of a body. Sockets are read elsewhere.
        let threads = Some(threads.enable_time().build()?);
        Ok(Self { threads, room: Semaphore::new(cores * CALLS_OF_A_THREAD) })
    }

    /// Takes a call there, if there is room, and here otherwise. There it goes on when nobody waits for it any more.
    ///
    /// # Panics
    /// The call did.
    pub async fn take<T: Send + 'static>(&self, call: impl Future<Output = T> + Send + 'static) -> T {
        let (Some(threads), Ok(_room)) = (&self.threads, self.room.try_acquire()) else { return call.await };
        match threads.spawn(call).await {
            Ok(answer) => answer,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                // The server is gone.
                Err(_) => std::future::pending().await,
            },
        }
    }
}

impl Drop for LongCalls {
    /// Waits for nobody: this may be a thread that must not wait.
    fn drop(&mut self) {
        if let Some(threads) = self.threads.take() {
            threads.shutdown_background();
        }
    }
}

/// Whether a call is one of many events, as far as its head says. One that does not say may be.
pub fn is_long(headers: &HeaderMap, body: &Body) -> bool {
    let by = if headers.contains_key(CONTENT_ENCODING) { INFLATED_BY } else { 1 };
    body.size_hint().exact().is_none_or(|bytes| bytes.saturating_mul(by) >= LONG_BYTES)
}

#[cfg(test)]
mod tests {
    use super::{Body, CONTENT_ENCODING, HeaderMap, LongCalls, is_long};
    use axum::body::Bytes;
    use axum::http::HeaderValue;
    use futures_util::stream;
    use std::convert::Infallible;

    #[test]
    fn what_is_long_is_told_from_the_head() {
        let encoded = HeaderMap::from_iter([(CONTENT_ENCODING, HeaderValue::from_static("gzip"))]);
        let plain = HeaderMap::new();
        let body = |bytes: usize| Body::from(vec![b' '; bytes]);
        for (headers, bytes, expected) in [
            (&plain, 0, false),
            (&plain, 16_383, false),
            (&plain, 16_384, true),
            (&encoded, 2_047, false),
            (&encoded, 2_048, true),
        ] {
            assert_eq!(is_long(headers, &body(bytes)), expected, "{headers:?} {bytes}");
        }
        let unsaid = Body::from_stream(stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"{}"))]));
        assert!(is_long(&plain, &unsaid));
    }

    #[tokio::test]
    async fn a_call_is_taken_by_another_thread_and_its_panic_is_ours() {
        let calls = LongCalls::new().expect("threads");
        let name = calls.take(async { std::thread::current().name().map(str::to_owned) }).await;
        assert_eq!(name.as_deref(), Some("long-calls"));
        let calls = std::sync::Arc::new(calls);
        let panics = tokio::spawn(async move { calls.take(async { panic!("of the call") }).await });
        let panic = panics.await.expect_err("panics").into_panic();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"of the call"));
    }
}
