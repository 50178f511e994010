//! The server's life: open, listen, serve, drain, close.

use crate::config::{ConnectionArgs, DurabilityArg, ServeArgs};
use crate::live::LiveHub;
use crate::pages::PagesState;
use crate::router::Front;
use crate::stop::StopSignal;
use crate::tracking::Tracking;
use crate::{clock, connection};
use anyhow::{Context, anyhow, bail};
use app::state::AppState;
use domain::health::Health;
use domain::workspace::Workspace;
use leptos::config::LeptosOptions;
use pipeline::writer::Writer;
use std::io::Write;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use store::{Durability, Store, StoreError};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// An open data folder with its writer running. Only one server at a time may hold a folder.
pub struct Node {
    /// For reading.
    pub store: Store,
    /// For events.
    pub writer: Writer,
    writer_task: JoinHandle<()>,
}

impl Node {
    /// Opens the folder, makes the database if there is none, and starts the writer.
    pub async fn open(data_dir: &Path, durability: Durability) -> anyhow::Result<Self> {
        let store = Store::open(data_dir, durability)
            .await
            .with_context(|| format!("the database in {} could not be opened", data_dir.display()))?;
        let (writer, writer_task) = Writer::start(&store, clock::now).await.map_err(|error| match error {
            StoreError::WriterTaken => anyhow!(
                "another headwater server already uses {}; give this one its own --data-dir",
                data_dir.display()
            ),
            error => error.into(),
        })?;
        Ok(Self { store, writer, writer_task })
    }

    /// Ends once everything handed to the writer is on disk.
    pub async fn close(self) -> anyhow::Result<()> {
        drop(self.writer);
        self.writer_task.await?;
        self.store.close().await;
        Ok(())
    }

    /// Answers requests until `stop` is received; requests under way are finished first.
    pub async fn serve(&self, listener: TcpListener, stop: StopSignal, options: ServeOptions) -> anyhow::Result<()> {
        let addr = listener.local_addr()?;
        // Pages may ask for the writer's health, not keep the writer alive: it ends when nobody holds it.
        let writer = Arc::new(self.writer.clone());
        let watched = Arc::downgrade(&writer);
        let health = Arc::new(move || watched.upgrade().map_or(Health::Good, |writer| writer.health()));
        let app = AppState { store: self.store.clone(), health, now: clock::now, random: clock::random };
        let ServeOptions { rate_limit, connections } = options;
        let tracking = Tracking::new(&app, self.writer.clone(), rate_limit, connections.body_timeout)?;
        let (stop_flushing, flushed_until) = oneshot::channel();
        let flushing = tokio::spawn(tracking.tallies.clone().flush_until(flushed_until, self.store.clone()));
        let options = LeptosOptions::builder().output_name("headwater").site_addr(addr).build();
        let live = LiveHub::new(self.store.clone(), clock::now, self.writer.commits());
        let stopping = live.clone();
        let stopped = async move {
            stop.received().await;
            stopping.close();
        };
        let front = Front::new(Arc::new(tracking), &PagesState { app, live, options });
        connection::serve(listener, front, connections, stopped).await;
        drop(stop_flushing);
        Ok(flushing.await?)
    }
}

/// What may be set about serving.
#[derive(Clone, Copy, Debug)]
pub struct ServeOptions {
    /// Most tracking requests a second.
    pub rate_limit: Option<NonZeroU32>,
    /// How many connections, and how long each may take.
    pub connections: ConnectionArgs,
}

/// `headwater serve`
pub async fn serve(args: ServeArgs) -> anyhow::Result<()> {
    let listener = listen(args.addr).await?;
    let durability = match args.durability {
        DurabilityArg::Full => Durability::Full,
        DurabilityArg::Normal => Durability::Normal,
    };
    let node = Node::open(&args.data_dir.path, durability).await?;
    ensure_workspace(&node.store).await?;
    let stop = StopSignal::catch()?;
    announce(&format!("Headwater is ready: http://{}/\n", listener.local_addr()?))?;
    node.serve(listener, stop, ServeOptions { rate_limit: args.rate_limit, connections: args.connections }).await?;
    node.close().await
}

/// Binds the address, if it is one that only this machine reaches.
pub async fn listen(addr: SocketAddr) -> anyhow::Result<TcpListener> {
    if !addr.ip().is_loopback() {
        bail!(
            "refusing to listen on {addr}: Headwater has no sign-in yet, so everyone who reaches that address could read \
             and change everything. Listen on 127.0.0.1 and put a proxy with authentication in front of it."
        );
    }
    TcpListener::bind(addr)
        .await
        .with_context(|| format!("cannot listen on {addr}; is another server using it? Choose another with --addr"))
}

/// The first start makes the workspace that everything belongs to.
async fn ensure_workspace(store: &Store) -> anyhow::Result<()> {
    if store::workspace::get(store).await?.is_none() {
        let workspace = Workspace { name: "My workspace".into(), slug: "my-workspace".into(), zone: "UTC".into() };
        store::workspace::put(store, &workspace).await?;
    }
    Ok(())
}

/// Says something to whoever started the program.
pub fn announce(text: &str) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}
