//! Connections: how many there are at once, and how long each may take over what. `activity` knows what a connection is
//! busy with; what its requests are answered with is `router`'s.

mod activity;
mod open_files;

use crate::clock::instant;
use crate::config::ConnectionArgs;
use crate::router::Front;
use activity::{Activity, Watched};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, sleep_until, timeout};

/// Most open connections: with [`BUFFER_BYTES_MAX`] each, 128 MB.
pub const CONNECTIONS_MAX: usize = 2_048;
/// Largest buffer of a connection, for reading and for writing; a request's headers have to fit into it.
const BUFFER_BYTES_MAX: usize = 64 << 10;
/// How long to wait when the operating system has no room for another connection.
const ACCEPT_RETRY: Duration = Duration::from_millis(500);

/// What all connections share.
#[derive(Clone)]
struct House {
    front: Front,
    args: ConnectionArgs,
    /// Whether most places are taken: then idle connections have to go sooner.
    crowded: Arc<AtomicBool>,
    stopping: watch::Receiver<bool>,
}

/// Answers requests until `stop`; then takes no more of them, and ends once those under way have ended or their time is
/// over.
pub async fn serve(listener: TcpListener, front: Front, args: ConnectionArgs, stop: impl Future<Output = ()>) {
    let (stopped, stopping) = watch::channel(false);
    let house = House { front, args, crowded: Arc::default(), stopping };
    let connections_max = open_files::room_for(args.connections_max);
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        house.crowded.store(connections.len() * 4 >= connections_max * 3, Ordering::Relaxed);
        tokio::select! {
            () = &mut stop => break,
            Some(_) = connections.join_next() => {}
            (stream, peer) = accept(&listener), if connections.len() < connections_max => {
                connections.spawn(house.clone().entertain(stream, peer));
            }
        }
    }
    drop(listener);
    let _ = stopped.send(true);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    if timeout(args.stop_timeout, all_ended).await.is_err() {
        tracing::warn!(connections = connections.len(), "these did not end in time and are cut");
        connections.shutdown().await;
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Answers are small and whole: waiting for more to send would only delay them.
                let _ = stream.set_nodelay(true);
                return (stream, peer);
            }
            Err(error) if is_of_the_client(error.kind()) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be taken");
                sleep(ACCEPT_RETRY).await;
            }
        }
    }
}

fn is_of_the_client(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset)
}

impl House {
    /// One connection, until the client hangs up, dawdles, or the server stops.
    async fn entertain(mut self, stream: TcpStream, peer: SocketAddr) {
        let activity = Arc::new(Activity::new(instant()));
        let service = service_fn(|request: Request<Incoming>| {
            activity.serves();
            let (front, activity) = (self.front.clone(), Arc::clone(&activity));
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            async move {
                let answer = front.answer(request).await;
                activity.answers(instant());
                answer
            }
        });
        let stream = TokioIo::new(Watched::new(stream, Arc::clone(&activity)));
        let mut http = http1::Builder::new();
        // Some senders hang up without waiting for the answer; their events count all the same.
        http.half_close(true).max_buf_size(BUFFER_BYTES_MAX);
        let mut connection = pin!(http.serve_connection(stream, service));
        let mut timer = pin!(sleep_until(instant()));
        let mut is_stopping = false;
        loop {
            tokio::select! {
                // An error here is a client that broke off, or spoke something else than HTTP.
                _ = connection.as_mut() => return,
                () = timer.as_mut() => match activity.look(instant(), &self.args, self.crowded.load(Ordering::Relaxed)) {
                    Some(next_look) => timer.as_mut().reset(next_look),
                    None => return,
                },
                _ = self.stopping.changed(), if !is_stopping => {
                    is_stopping = true;
                    if activity.is_fresh() {
                        return;
                    }
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}
