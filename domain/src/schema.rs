//! Schema controls: which events a source lets through. More controls (omit, per property) come with the Schema page.

use crate::discard::DiscardReason;
use std::collections::BTreeSet;

/// The controls of one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaControls {
    /// Names of track events that the source discards, matched exactly as they are sent.
    pub blocked_events: BTreeSet<String>,
}

impl SchemaControls {
    /// Whether a track event of this name may pass.
    ///
    /// # Errors
    /// The reason why it may not.
    pub fn allow(&self, event_name: Option<&str>) -> Result<(), DiscardReason> {
        match event_name {
            Some(name) if self.blocked_events.contains(name) => Err(DiscardReason::EventSetting),
            Some(_) | None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DiscardReason, SchemaControls};

    #[test]
    fn a_blocked_name_is_filtered_and_only_that_name() {
        let controls = SchemaControls { blocked_events: ["product_viewed".to_owned()].into() };
        assert_eq!(controls.allow(Some("product_viewed")), Err(DiscardReason::EventSetting));
        assert_eq!(controls.allow(Some("Product Viewed")), Ok(()));
        assert_eq!(controls.allow(None), Ok(()));
    }
}
