//! Filters: pinned rows that narrow the panel, at most one of each dimension. Reasons are pinned by `Selection`.
//! The pipeline keeps the whole source, and a pinned row's own table keeps all its rows, so that both still add up.

use crate::breakdown::{Dimension, RowKey};
use crate::event::EventType;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The pinned rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filters {
    event_type: Option<RowKey>,
    event_name: Option<RowKey>,
    app_version: Option<RowKey>,
    library: Option<RowKey>,
}

impl Filters {
    /// The dimensions that a row can be pinned of, in the order of the chips.
    pub const DIMENSIONS: [Dimension; 4] =
        [Dimension::EventType, Dimension::EventName, Dimension::AppVersion, Dimension::Library];

    /// The pinned row of a dimension.
    #[must_use]
    pub fn get(&self, dimension: Dimension) -> Option<&RowKey> {
        match dimension {
            Dimension::Reason => None,
            Dimension::EventType => self.event_type.as_ref(),
            Dimension::EventName => self.event_name.as_ref(),
            Dimension::AppVersion => self.app_version.as_ref(),
            Dimension::Library => self.library.as_ref(),
        }
    }

    /// With this row pinned in place of the dimension's present one, or with none. Reasons are not filters.
    #[must_use]
    pub fn with(mut self, dimension: Dimension, row: Option<RowKey>) -> Self {
        match dimension {
            Dimension::Reason => {}
            Dimension::EventType => self.event_type = row,
            Dimension::EventName => self.event_name = row,
            Dimension::AppVersion => self.app_version = row,
            Dimension::Library => self.library = row,
        }
        self
    }

    /// What narrows the table of a dimension: everything but its own pin.
    #[must_use]
    pub fn besides(&self, dimension: Dimension) -> Self {
        self.clone().with(dimension, None)
    }

    /// Whether nothing is pinned.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        Self::DIMENSIONS.into_iter().all(|dimension| self.get(dimension).is_none())
    }

    /// The pinned rows, in the order of the chips.
    pub fn pinned(&self) -> impl Iterator<Item = (Dimension, &RowKey)> {
        Self::DIMENSIONS.into_iter().filter_map(|dimension| Some((dimension, self.get(dimension)?)))
    }
}

/// Begins the words of rows that are no text of a client's; texts that begin with it have it twice.
const SPECIAL: char = '~';
const UNNAMED: &str = "~unnamed";
const NOT_SET: &str = "~none";
const OTHER: &str = "~other";
const UNKNOWN_TYPE: &str = "~unknown";

impl RowKey {
    /// The row as a value of a query string; [`Self::from_word`] reads it back.
    #[must_use]
    pub fn word(&self) -> String {
        match self {
            Self::Reason(reason) => reason.code().to_owned(),
            Self::Type(event_type) => event_type.code().to_owned(),
            Self::NoType => UNKNOWN_TYPE.to_owned(),
            Self::Name(text) | Self::Version(text) | Self::Library(text) if text.starts_with(SPECIAL) => {
                format!("{SPECIAL}{text}")
            }
            Self::Name(text) | Self::Version(text) | Self::Library(text) => text.as_ref().to_owned(),
            Self::Unnamed => UNNAMED.to_owned(),
            Self::NoVersion | Self::NoLibrary => NOT_SET.to_owned(),
            Self::Other => OTHER.to_owned(),
        }
    }

    /// The row of a dimension with that word.
    #[must_use]
    pub fn from_word(dimension: Dimension, word: &str) -> Option<Self> {
        let text = |special: &str, row: Self, of: fn(Arc<str>) -> Self| match word.strip_prefix(SPECIAL) {
            _ if word == special => Some(row),
            _ if word == OTHER => Some(Self::Other),
            None if word.is_empty() => None,
            None => Some(of(word.into())),
            Some(text) if text.starts_with(SPECIAL) => Some(of(text.into())),
            Some(_) => None,
        };
        match dimension {
            Dimension::Reason => None,
            Dimension::EventType if word == UNKNOWN_TYPE => Some(Self::NoType),
            Dimension::EventType => EventType::from_code(word).map(Self::Type),
            Dimension::EventName => text(UNNAMED, Self::Unnamed, Self::Name),
            Dimension::AppVersion => text(NOT_SET, Self::NoVersion, Self::Version),
            Dimension::Library => text(NOT_SET, Self::NoLibrary, Self::Library),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Dimension, Filters, RowKey};
    use crate::event::EventType;
    use proptest::prelude::{prop_assert_eq, proptest};

    #[test]
    fn a_pin_replaces_its_dimensions_pin_and_no_other() {
        let filters = Filters::default()
            .with(Dimension::EventName, Some(RowKey::Name("a".into())))
            .with(Dimension::AppVersion, Some(RowKey::NoVersion))
            .with(Dimension::EventName, Some(RowKey::Unnamed));
        let pinned: Vec<_> = filters.pinned().collect();
        assert_eq!(pinned, [(Dimension::EventName, &RowKey::Unnamed), (Dimension::AppVersion, &RowKey::NoVersion)]);
        assert_eq!(filters.besides(Dimension::EventName).pinned().count(), 1);
        assert!(!filters.is_empty() && Filters::default().is_empty());
    }

    #[test]
    fn rows_that_are_no_text_have_words_that_no_text_has() {
        for (dimension, row) in [
            (Dimension::EventType, RowKey::Type(EventType::Track)),
            (Dimension::EventType, RowKey::NoType),
            (Dimension::EventName, RowKey::Unnamed),
            (Dimension::EventName, RowKey::Other),
            (Dimension::EventName, RowKey::Name("~unnamed".into())),
            (Dimension::AppVersion, RowKey::NoVersion),
            (Dimension::AppVersion, RowKey::Version("~".into())),
            (Dimension::Library, RowKey::NoLibrary),
            (Dimension::Library, RowKey::Library("~none".into())),
        ] {
            assert_eq!(RowKey::from_word(dimension, &row.word()), Some(row));
        }
        for (dimension, word) in
            [(Dimension::EventName, ""), (Dimension::EventName, "~x"), (Dimension::EventType, "dance")]
        {
            assert_eq!(RowKey::from_word(dimension, word), None, "{word}");
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "[~a-c]{1,5}|\\PC{1,20}") {
            let name = RowKey::Name(text.as_str().into());
            prop_assert_eq!(RowKey::from_word(Dimension::EventName, &name.word()), Some(name));
            let version = RowKey::Version(text.into());
            prop_assert_eq!(RowKey::from_word(Dimension::AppVersion, &version.word()), Some(version));
        }
    }
}
