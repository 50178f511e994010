//! A workspace: the sources of one company. There is one per installation until members and roles exist.

use serde::{Deserialize, Serialize};

/// The workspace that owns every source of this installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    /// Shown in the frame, at most [`WORKSPACE_NAME_CHARS_MAX`] characters.
    pub name: String,
    /// The short name, lower case with hyphens.
    pub slug: String,
    /// IANA time zone in which pages show times when the browser has not said its own, e.g. `Europe/Amsterdam`.
    pub zone: String,
}

/// Longest workspace name, in characters: it must fit the frame.
pub const WORKSPACE_NAME_CHARS_MAX: usize = 64;
