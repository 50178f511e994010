//! A progress bar on one line of a terminal; a line every tenth where there is none.

use crate::serve::announce;
use domain::number_format::count;
use std::io::{IsTerminal, Result};

/// Work of a known length.
pub struct Progress {
    label: &'static str,
    terminal: bool,
    shown_tenth: u64,
}

impl Progress {
    /// Starts at nothing.
    pub fn start(label: &'static str) -> Self {
        Self { label, terminal: std::io::stdout().is_terminal(), shown_tenth: u64::MAX }
    }

    /// Shows `per_mille` of the work as done, and how many events that were.
    pub fn show(&mut self, per_mille: u64, events: u64) -> Result<()> {
        let per_mille = per_mille.min(1_000);
        let text = format!("{} {:>3}%  {} events", self.label, per_mille / 10, count(events));
        if self.terminal {
            let filled = usize::try_from(per_mille / 40).unwrap_or(0);
            let bar = format!("{}{}", "█".repeat(filled), "░".repeat(25 - filled));
            let end = if per_mille == 1_000 { "\n" } else { "" };
            return announce(&format!("\r{bar}  {text}{end}"));
        }
        if per_mille / 100 == self.shown_tenth {
            return Ok(());
        }
        self.shown_tenth = per_mille / 100;
        announce(&format!("{text}\n"))
    }
}
