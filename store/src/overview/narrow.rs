//! Filters in the words of the rollups: types and numbers of the dictionary.

use crate::database::Store;
use crate::dictionary::{NONE, OTHER};
use crate::error::StoreError;
use domain::breakdown::{Dimension, RowKey};
use domain::event::EventType;
use domain::filter::Filters;
use sqlx::SqliteConnection;

/// The number of a text that no event ever had.
const NOWHERE: i64 = -1;

/// What a key must have; `None` for anything.
pub(super) struct Narrow {
    /// The only filter's dimension, where there is just one.
    alone: Option<Dimension>,
    event_type: Option<Option<EventType>>,
    name: Option<i64>,
    version: Option<i64>,
    library: Option<i64>,
}

/// Which filters a key does not pass.
#[derive(Clone, Copy)]
pub(super) struct Refusals {
    event_type: bool,
    name: bool,
    version: bool,
    library: bool,
}

impl Refusals {
    /// Whether it passes those that narrow that dimension's table: a pinned row's own table keeps all its rows.
    pub fn none_besides(self, dimension: Dimension) -> bool {
        match dimension {
            Dimension::Reason => !(self.event_type || self.name || self.version || self.library),
            Dimension::EventType => !(self.name || self.version || self.library),
            Dimension::EventName => !(self.event_type || self.version || self.library),
            Dimension::AppVersion => !(self.event_type || self.name || self.library),
            Dimension::Library => !(self.event_type || self.name || self.version),
        }
    }

    /// Whether it passes all.
    pub fn none(self) -> bool {
        self.none_besides(Dimension::Reason)
    }
}

impl Narrow {
    pub async fn to(connection: &mut SqliteConnection, store: &Store, filters: &Filters) -> Result<Self, StoreError> {
        let event_type = filters.get(Dimension::EventType).map(|row| match row {
            RowKey::Type(event_type) => Some(*event_type),
            _ => None,
        });
        let dimensions: Vec<Dimension> = filters.pinned().map(|(dimension, _)| dimension).collect();
        let alone = match *dimensions {
            [dimension] => Some(dimension),
            _ => None,
        };
        let mut numbers = [None; 3];
        for (number, dimension) in
            numbers.iter_mut().zip([Dimension::EventName, Dimension::AppVersion, Dimension::Library])
        {
            if let Some(row) = filters.get(dimension) {
                *number = Some(number_of(&mut *connection, store, row).await?);
            }
        }
        let [name, version, library] = numbers;
        Ok(Self { alone, event_type, name, version, library })
    }

    /// Whether everything passes.
    pub fn is_open(&self) -> bool {
        self.event_type.is_none() && self.name.is_none() && self.version.is_none() && self.library.is_none()
    }

    /// Whether a table is the whole source's: a pinned row's own table keeps all its rows, and the others' filters narrow it.
    pub fn leaves_whole(&self, dimension: Dimension) -> bool {
        self.is_open() || self.alone == Some(dimension)
    }

    /// The number of a table's pinned row, if its rows are words.
    pub fn pinned(&self, dimension: Dimension) -> Option<i64> {
        match dimension {
            Dimension::EventName => self.name,
            Dimension::AppVersion => self.version,
            Dimension::Library => self.library,
            Dimension::EventType | Dimension::Reason => None,
        }
    }

    /// The only name whose keys can be in a table that is narrowed.
    pub fn only_name(&self) -> Option<i64> {
        self.name.filter(|_| self.alone == Some(Dimension::EventName))
    }

    /// Whether keys of that type can be in a table that is narrowed.
    pub fn wants_type(&self, event_type: Option<EventType>) -> bool {
        self.is_of_use(usize::from(self.refuses_type(event_type)))
    }

    /// Whether keys of that type and name can be.
    pub fn wants_name(&self, event_type: Option<EventType>, name: i64) -> bool {
        self.is_of_use(usize::from(self.refuses_type(event_type)) + usize::from(differs(self.name, name)))
    }

    fn refuses_type(&self, event_type: Option<EventType>) -> bool {
        self.event_type.is_some_and(|wanted| wanted != event_type)
    }

    /// What one filter refuses is in that filter's own table; what two refuse is in none.
    fn is_of_use(&self, refusals: usize) -> bool {
        refusals == 0 || (refusals == 1 && self.alone.is_none())
    }

    /// Of keys of that type and name, whatever their version and library.
    pub fn refusals(&self, event_type: Option<EventType>, name: i64) -> Refusals {
        let event_type = self.refuses_type(event_type);
        Refusals { event_type, name: differs(self.name, name), version: false, library: false }
    }

    /// Those of a key with that version and library among them.
    #[inline]
    pub fn refusals_too(&self, of_run: Refusals, version: i64, library: i64) -> Refusals {
        Refusals { version: differs(self.version, version), library: differs(self.library, library), ..of_run }
    }
}

fn differs(wanted: Option<i64>, number: i64) -> bool {
    wanted.is_some_and(|wanted| wanted != number)
}

/// The number under which a row is counted.
pub(super) async fn number_of(
    connection: &mut SqliteConnection,
    store: &Store,
    row: &RowKey,
) -> Result<i64, StoreError> {
    Ok(match row {
        RowKey::Name(text) | RowKey::Version(text) | RowKey::Library(text) => {
            store.texts().number(connection, text).await?.unwrap_or(NOWHERE)
        }
        RowKey::Unnamed | RowKey::NoVersion | RowKey::NoLibrary => NONE,
        RowKey::Other => OTHER,
        RowKey::Reason(_) | RowKey::Type(_) | RowKey::NoType => NOWHERE,
    })
}
