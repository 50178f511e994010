//! Whether events can be taken at the moment. While they cannot, clients are told to send them again, and every page says
//! so; it ends by itself.

use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// The state of the event store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Health {
    /// Events are taken.
    #[default]
    Good,
    /// They are not, since then.
    Degraded {
        /// When the first commit failed.
        since: Timestamp,
        /// What is in the way.
        problem: Problem,
    },
}

/// What keeps events from being stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// No room on the disk.
    DiskFull,
    /// Somebody else holds the database.
    Locked,
    /// The file cannot be written, or the database refuses.
    Broken,
}

impl Problem {
    /// The name in `/healthz`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::DiskFull => "disk_full",
            Self::Locked => "locked",
            Self::Broken => "broken",
        }
    }

    /// A sentence: what is wrong.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        match self {
            Self::DiskFull => "The disk of the data folder is full.",
            Self::Locked => "Another process holds the database.",
            Self::Broken => "The database cannot be written.",
        }
    }

    /// A sentence: what to do about it.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        match self {
            Self::DiskFull => "Make room on it; Headwater goes on by itself.",
            Self::Locked => "End the process that has it open, such as a backup or a database shell.",
            Self::Broken => "Look into the server's log, and check the rights and the disk of the data folder.",
        }
    }
}
