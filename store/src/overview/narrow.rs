//! Filters in the words of the rollups: codes and numbers of the dictionary.

use crate::dictionary::{NONE, OTHER};
use crate::error::StoreError;
use crate::event::type_code;
use domain::breakdown::{Dimension, RowKey};
use domain::filter::Filters;
use sqlx::SqliteConnection;

/// What a row must have; `None` for anything.
pub(super) struct Narrow {
    pub event_type: Option<&'static str>,
    pub name: Option<i64>,
    pub version: Option<i64>,
}

impl Narrow {
    /// A text that no event ever had is no number of the dictionary.
    const NOWHERE: i64 = -1;

    pub async fn to(connection: &mut SqliteConnection, filters: &Filters) -> Result<Self, StoreError> {
        let event_type = match filters.get(Dimension::EventType) {
            Some(RowKey::Type(event_type)) => Some(event_type.code()),
            Some(_) => Some(type_code(None)),
            None => None,
        };
        let name = Self::number(&mut *connection, filters.get(Dimension::EventName)).await?;
        let version = Self::number(connection, filters.get(Dimension::AppVersion)).await?;
        Ok(Self { event_type, name, version })
    }

    async fn number(connection: &mut SqliteConnection, row: Option<&RowKey>) -> Result<Option<i64>, StoreError> {
        let text = match row {
            None => return Ok(None),
            Some(RowKey::Name(text) | RowKey::Version(text)) => text,
            Some(RowKey::Unnamed | RowKey::NoVersion) => return Ok(Some(NONE)),
            Some(RowKey::Other) => return Ok(Some(OTHER)),
            Some(RowKey::Reason(_) | RowKey::Type(_) | RowKey::NoType) => return Ok(Some(Self::NOWHERE)),
        };
        let id: Option<i64> = sqlx::query_scalar("select id from dictionary where text = $1")
            .bind(text)
            .fetch_optional(connection)
            .await?;
        Ok(Some(id.unwrap_or(Self::NOWHERE)))
    }
}
