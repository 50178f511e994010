//! What is marked on a source's chart: the first sight of each app version, written by the commit, and what the audit trail says
//! of the source.

use crate::database::Store;
use crate::dictionary::OTHER;
use crate::error::StoreError;
use crate::script::Script;
use domain::clock::{HOUR_MS, Timestamp};
use domain::mark::{MARKS_MAX, Mark, Marked};
use domain::source::{Source, SourceNumber};
use domain::time_range::Window;
use rustc_hash::FxHashSet;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;

/// Most pairs of source and version kept in memory, 16 bytes each; past it all are forgotten and written again, in vain.
const KNOWN_MAX: usize = 100_000;

/// A version of a source, as a number of the dictionary.
type SourceVersion = (SourceNumber, i64);

/// The versions that are known to be written.
#[derive(Default)]
pub(crate) struct SeenVersions(FxHashSet<SourceVersion>);

/// Those that a transaction may be the first to see.
#[derive(Default)]
pub(crate) struct NewVersions(BTreeMap<SourceVersion, Timestamp>);

impl SeenVersions {
    /// The transaction has committed.
    pub fn learn(&mut self, new: NewVersions) {
        if self.0.len() + new.0.len() > KNOWN_MAX {
            self.0.clear();
        }
        self.0.extend(new.0.into_keys().take(KNOWN_MAX));
    }
}

impl NewVersions {
    /// An event of that version.
    pub fn see(&mut self, known: &SeenVersions, source: SourceNumber, version: i64, at: Timestamp) {
        if version > OTHER && !known.0.contains(&(source, version)) {
            let first = self.0.entry((source, version)).or_insert(at);
            *first = at.min(*first);
        }
    }

    /// Writes those that are not written yet; an earlier moment replaces a later one.
    pub fn write(&self, script: &mut Script) {
        let conflict =
            " on conflict (source, version) do update set at = excluded.at where excluded.at < version_seen.at";
        script.insert("version_seen (source, version, at)", self.0.iter().collect(), conflict, |mut values, row| {
            let ((source, version), at) = row;
            values.push_bind(source.0).push_bind(*version).push_bind(at.0);
        });
    }
}

/// The statement that reads what happened to a source, given its number and its id, in the window from one parameter to the
/// other: one value, for [`read`]. The limit is no parameter: SQLite prepares a statement anew whenever a limit is bound.
pub(crate) fn sql(number: &str, id: &str, [from, until]: [&str; 2]) -> String {
    format!(
        "select json_group_array(json_array(at, text, is_version)) from (
            select * from (
                select version_seen.at, dictionary.text, true as is_version
                from version_seen join dictionary on dictionary.id = version_seen.version
                where version_seen.source = {number} and version_seen.at >= {from} and version_seen.at < {until}
                    and version_seen.at >=
                        (select min(first.at) from version_seen as first where first.source = {number}) + {HOUR_MS}
                order by version_seen.at desc
                limit {MARKS_MAX})
            union all
            select * from (
                select at, action, false
                from audit
                where resource = {id} and at >= {from} and at < {until}
                    and action not in ('source.update', 'write_key.rename')
                order by at desc
                limit {MARKS_MAX}))"
    )
}

/// Reads what [`sql`] gave: the latest first.
pub(crate) fn read(found: &str) -> Result<Vec<Mark>, StoreError> {
    let rows: Vec<(i64, String, u8)> =
        serde_json::from_str(found).map_err(|_| StoreError::Corrupt("a list of marks"))?;
    let marked = |text: String, is_version| match is_version {
        1 => Some(Marked::FirstSeen { version: text }),
        _ => Marked::of_action(&text),
    };
    let mark = |(at, text, is_version)| Some(Mark { at: Timestamp(at), what: marked(text, is_version)? });
    let mut marks: Vec<Mark> = rows.into_iter().filter_map(mark).collect();
    marks.sort_by_key(|mark| std::cmp::Reverse(mark.at));
    marks.truncate(MARKS_MAX);
    Ok(marks)
}

/// What happened to a source in a window, the latest first. The versions that it began with are no news.
///
/// # Errors
/// The database fails.
pub async fn of_source(store: &Store, source: &Source, window: &Window) -> Result<Vec<Mark>, StoreError> {
    // Made of constants.
    let found: String = sqlx::query_scalar(AssertSqlSafe(sql("$1", "$2", ["$3", "$4"])))
        .bind(source.number.0)
        .bind(&source.id)
        .bind(window.from.0)
        .bind(window.until.0)
        .fetch_one(store.pool())
        .await?;
    read(&found)
}
