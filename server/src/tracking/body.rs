//! Reads a request's body within bounds of size and time.

use axum::body::{Body, Bytes};
use domain::event::BATCH_BYTES_MAX;
use http_body_util::BodyExt;
use std::time::Duration;
use tokio::time::timeout;

/// How long a client may take to send its body: SDKs give up after 10 to 15 s themselves.
pub const BODY_DEADLINE: Duration = Duration::from_secs(20);
/// How much of an oversized body is read and thrown away, so that the client, still sending, gets to read the answer.
const DRAINED_BYTES_MAX: usize = 32 << 20;

/// Why there is no body to judge.
#[derive(Debug, PartialEq, Eq)]
pub enum BodyError {
    /// More than a batch may hold; its beginning.
    TooLarge(Bytes),
    /// The connection broke, or the body was shorter than announced.
    Incomplete,
    /// It did not arrive in time.
    TooSlow,
}

/// The whole body, at most [`BATCH_BYTES_MAX`] bytes.
///
/// # Errors
/// See [`BodyError`].
pub async fn read(body: Body) -> Result<Bytes, BodyError> {
    timeout(BODY_DEADLINE, collect(body)).await.unwrap_or(Err(BodyError::TooSlow))
}

async fn collect(mut body: Body) -> Result<Bytes, BodyError> {
    let mut kept: Vec<u8> = Vec::new();
    let mut drained = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyError::Incomplete)?.into_data() else { continue };
        if kept.len() + data.len() <= BATCH_BYTES_MAX && drained == 0 {
            kept.extend_from_slice(&data);
            continue;
        }
        drained += data.len();
        if drained > DRAINED_BYTES_MAX {
            break;
        }
    }
    if drained > 0 { Err(BodyError::TooLarge(kept.into())) } else { Ok(kept.into()) }
}
