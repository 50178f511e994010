//! What nobody can beat with the same parts: C0 reads a body and answers, C1 also parses it into our drafts. Each a process
//! of its own, with as many workers as Headwater has.

use anyhow::Result;
use axum::Router;
use axum::routing::{get, post};
use bytes::Bytes;
use clap::ValueEnum;
use domain::event::EventType;
use pipeline::ingest::decode::{Route, decode};
use std::hint::black_box;
use tokio::net::TcpListener;

const SUCCESS: ([(&str, &str); 1], &str) = ([("content-type", "application/json")], "{\"success\":true}");

/// Which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Ceiling {
    /// Reads the body.
    C0,
    /// Reads and parses it.
    C1,
}

/// Serves until it is killed; prints where.
///
/// # Errors
/// There is no free port.
pub fn serve(ceiling: Ceiling) -> Result<()> {
    let workers = std::thread::available_parallelism().map_or(2, usize::from).max(2);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("http://{}", listener.local_addr()?);
        let router = match ceiling {
            Ceiling::C0 => takes(|_, _| {}),
            Ceiling::C1 => takes(|route, body| drop(black_box(decode(route, body)))),
        };
        let listener = axum::serve::ListenerExt::tap_io(listener, |stream: &mut tokio::net::TcpStream| {
            let _ = stream.set_nodelay(true);
        });
        Ok(axum::serve(listener, router).await?)
    })
}

fn takes(work: impl Fn(Route, &[u8]) + Clone + Send + Sync + 'static) -> Router {
    let handler = |route: Route| {
        let work = work.clone();
        post(move |body: Bytes| async move {
            work(route, &body);
            SUCCESS
        })
    };
    Router::new()
        .route("/v1/track", handler(Route::Single(EventType::Track)))
        .route("/v1/batch", handler(Route::Batch))
        .route("/healthz", get(|| async {}))
}
