//! How events move. A request's body (or a pixel's query, `ingest::pixel`) becomes drafts (`ingest::decode`), drafts
//! become judged events (`ingest::judge`), judged events are committed together (`writer`). No routes, no pages: those
//! are in `server` and `app`.

pub mod ingest;
pub mod rules;
pub mod writer;
