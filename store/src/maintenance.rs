//! Between commits: sealing and retention.

use crate::writer::{Failure, Session};
use domain::clock::Timestamp;

/// What a slice of maintenance did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Maintenance {
    /// Whether another call has more to do.
    pub more: bool,
}

/// Where maintenance stands.
#[derive(Default)]
pub(crate) struct Progress {}

pub(crate) async fn run(_: &mut Session, _: &mut Progress, _: Timestamp) -> Result<Maintenance, Failure> {
    Ok(Maintenance::default())
}
