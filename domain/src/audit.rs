//! The audit trail's words: who changed something. What was changed, and from what into what, is written by `store::audit`
//! in the change's own transaction.

/// Who acts. Members follow with sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Whoever can reach the machine.
    Local,
    /// Headwater itself, at a time that somebody's earlier change set.
    System,
}

impl Actor {
    /// As stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::System => "system",
        }
    }
}
