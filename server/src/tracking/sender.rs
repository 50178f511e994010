//! What a request's head says of who sends it and what they want to know.

use super::credentials;
use super::forwarded::client_ip;
use super::receipt::ReceiptWish;
use crate::clock::random;
use axum::http::request::Parts;
use domain::clock::Timestamp;
use pipeline::ingest::judge::Arrival;
use std::net::IpAddr;

/// Of one request.
pub struct Sender {
    /// The write key, where it is not in the body.
    pub key: Option<String>,
    /// Its address, for events that ask for it.
    pub ip: Option<IpAddr>,
    /// Whether the answer lists what became of each event.
    pub wish: ReceiptWish,
}

impl Sender {
    /// Reads a head.
    #[must_use]
    pub fn of(head: &Parts) -> Self {
        Self {
            key: credentials::write_key(&head.headers, head.uri.query()),
            ip: client_ip(head),
            wish: ReceiptWish::of(&head.headers, head.uri.query()),
        }
    }

    /// Its events arrive now.
    #[must_use]
    pub fn arrival(&self, received_at: Timestamp) -> Arrival {
        Arrival { received_at, random, ip: self.ip }
    }
}
