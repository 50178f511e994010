//! Requests that belong to no event, so that none goes uncounted: whoever sends to the wrong key must show up somewhere.
//! They stand beside every source's ledger and are counted per workspace and minute.

use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// Why a request is tallied instead of judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TallyKind {
    /// It named no write key.
    WriteKeyMissing,
    /// No source has its write key.
    WriteKeyUnknown,
    /// The events could not be taken at that moment, and the client was told to send them again.
    Unavailable,
    /// A library's own metrics (`/v1/m`): never events.
    LibraryMetrics,
}

impl TallyKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::WriteKeyMissing, Self::WriteKeyUnknown, Self::Unavailable, Self::LibraryMetrics];

    /// The stored and printed name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::WriteKeyMissing => "write_key_missing",
            Self::WriteKeyUnknown => "write_key_unknown",
            Self::Unavailable => "unavailable",
            Self::LibraryMetrics => "library_metrics",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether such requests carried events that no source can count.
    #[must_use]
    pub fn is_unattributed(self) -> bool {
        match self {
            Self::WriteKeyMissing | Self::WriteKeyUnknown => true,
            Self::Unavailable | Self::LibraryMetrics => false,
        }
    }
}

/// Requests of one kind that named the same key, over some stretch of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Why they were tallied.
    pub kind: TallyKind,
    /// The masked key that they named; empty for none, [`OTHER_KEYS`] past the cap.
    pub key_hint: String,
    /// How many.
    pub requests: u64,
    /// When the last one came.
    pub last_at: Timestamp,
}

/// Most different masked keys that are told apart in a minute; a scanner that tries keys must not fill the disk.
pub const KEY_HINTS_PER_MINUTE_MAX: usize = 50;
/// Stands for the keys past the cap.
pub const OTHER_KEYS: &str = "other keys";

#[cfg(test)]
mod tests {
    use super::TallyKind;

    #[test]
    fn codes_lead_back_to_their_kind() {
        for kind in TallyKind::ALL {
            assert_eq!(TallyKind::from_code(kind.code()), Some(kind));
        }
        assert_eq!(TallyKind::from_code("received"), None);
    }
}
