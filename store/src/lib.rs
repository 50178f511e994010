//! All of Headwater's SQL, in one crate: nobody else names sqlx. Functions take and return `domain`'s types.
//! The control plane (workspace, source, write_key, schema, audit) speaks the SQL that SQLite and PostgreSQL share; events and
//! rollups are SQLite's. An event's way: a `batch` is packed; `event::EventWriter` (`writer`) sifts it (`deduplication`), counts
//! (`rollup`, `cardinality`, `dictionary`) and keeps (`block`, `tail`) it in one transaction; `overview`, `reader` and `lookup` read.

mod connections;
pub mod database;
pub mod error;

pub mod audit;
pub mod schema;
pub mod source;
pub mod workspace;
pub mod write_key;

mod batch;
mod commit;
pub mod event;
mod lookup;
pub mod reader;
pub mod writer;

pub mod block;
mod checkpoint;
pub mod footprint;
mod kept;
pub mod maintenance;
pub mod patience;
mod script;
mod seal;
pub mod tail;

pub mod bulk;
pub mod cardinality;
pub mod deduplication;
pub mod dictionary;
pub mod rollup;

pub mod mark;
pub mod overview;
pub mod tally;

pub use database::{Durability, Store};
pub use error::StoreError;
