//! The dictionary: event names and app versions as small numbers, so that rollup rows stay small. Only the writer adds
//! to it. Everything a transaction learns is kept apart (`Words`) until the transaction has committed.

use crate::error::StoreError;
use crate::script::Script;
use domain::event::EVENT_NAME_CHARS_MAX;
use rustc_hash::FxHashMap;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Stands for "no name" and "no version"; not in the table.
pub const NONE: i64 = 0;
/// Stands for every name or version past the cap on a source's keys.
pub const OTHER: i64 = 1;
/// Texts kept in memory, at most 800 bytes each; when there are more all are forgotten and looked up again.
pub const CACHED_TEXTS_MAX: usize = 50_000;
/// Texts of one statement.
const STATEMENT_ROWS: usize = 256;

/// What the writer knows of the dictionary.
pub(crate) struct Dictionary {
    ids: HashMap<Box<str>, i64>,
    next_id: i64,
}

impl Dictionary {
    /// Knows where the numbers go on; texts are looked up as they come.
    pub async fn load(connection: &mut SqliteConnection) -> Result<Self, StoreError> {
        let last: i64 = sqlx::query_scalar("select max(id) from dictionary").fetch_one(connection).await?;
        Ok(Self { ids: HashMap::new(), next_id: last + 1 })
    }

    /// Looks up those of the texts that memory does not hold.
    pub async fn look_up<'a>(
        &'a self,
        connection: &mut SqliteConnection,
        texts: impl Iterator<Item = &str>,
    ) -> Result<Words<'a>, StoreError> {
        let unknown: HashSet<&str> = texts.filter(|text| !self.ids.contains_key(*text)).collect();
        let mut words = Words { dictionary: self, found: HashMap::new(), added: Vec::new(), next_id: self.next_id };
        // Bound one by one, not as a JSON list: SQLite ends a JSON string at a NUL, and a name may hold one.
        for chunk in unknown.into_iter().collect::<Vec<_>>().chunks(STATEMENT_ROWS) {
            let mut query = QueryBuilder::<Sqlite>::new("select text, id from dictionary where text in (");
            let mut texts = query.separated(", ");
            for text in chunk {
                texts.push_bind(*text);
            }
            query.push(")");
            let rows: Vec<(String, i64)> = query.build_query_as().fetch_all(&mut *connection).await?;
            words.found.extend(rows.into_iter().map(|(text, id)| (text.into_boxed_str(), id)));
        }
        Ok(words)
    }

    /// The transaction has committed.
    pub fn learn(&mut self, learned: LearnedWords) {
        if self.ids.len() + learned.ids.len() > CACHED_TEXTS_MAX {
            self.ids.clear();
        }
        self.ids.extend(learned.ids.into_iter().take(CACHED_TEXTS_MAX));
        self.next_id = learned.next_id;
    }
}

/// The dictionary as one transaction sees it.
pub(crate) struct Words<'a> {
    dictionary: &'a Dictionary,
    found: HashMap<Box<str>, i64>,
    added: Vec<(Box<str>, i64)>,
    next_id: i64,
}

/// What a committed transaction leaves to remember.
pub(crate) struct LearnedWords {
    ids: HashMap<Box<str>, i64>,
    next_id: i64,
}

impl Words<'_> {
    /// The text's number, if it has one.
    pub fn get(&self, text: &str) -> Option<i64> {
        self.dictionary.ids.get(text).or_else(|| self.found.get(text)).copied()
    }

    /// The text's number, a new one if need be.
    pub fn get_or_add(&mut self, text: &str) -> i64 {
        if let Some(id) = self.get(text) {
            return id;
        }
        let id = self.next_id;
        self.next_id += 1;
        self.found.insert(text.into(), id);
        self.added.push((text.into(), id));
        id
    }

    /// Writes the new texts.
    pub fn write(self, script: &mut Script) -> LearnedWords {
        script.insert("dictionary (id, text)", self.added, "", |mut values, (text, id)| {
            values.push_bind(id).push_bind(text);
        });
        LearnedWords { ids: self.found, next_id: self.next_id }
    }
}

/// Texts and their numbers, for whoever reads counts. A number never changes its text.
#[derive(Debug, Default)]
pub(crate) struct Texts(Mutex<KnownTexts>);

#[derive(Debug, Default)]
struct KnownTexts {
    texts: FxHashMap<i64, Arc<str>>,
    numbers: HashMap<Arc<str>, i64>,
}

impl Texts {
    /// The text of each of those numbers, as far as there is one.
    pub async fn of(
        &self,
        connection: &mut SqliteConnection,
        ids: &[i64],
    ) -> Result<Vec<Option<Arc<str>>>, StoreError> {
        let (mut texts, unknown) = self.known(ids);
        if !unknown.is_empty() {
            let rows: Vec<(i64, String)> =
                sqlx::query_as("select id, text from dictionary where id in (select value from json_each($1))")
                    .bind(serde_json::json!(unknown).to_string())
                    .fetch_all(connection)
                    .await?;
            let rows: FxHashMap<i64, Arc<str>> = rows.into_iter().map(|(id, text)| (id, text.into())).collect();
            for (text, id) in texts.iter_mut().zip(ids) {
                *text = text.take().or_else(|| rows.get(id).cloned());
            }
            self.learn(rows);
        }
        Ok(texts)
    }

    /// The number of a text, if it has one.
    pub async fn number(&self, connection: &mut SqliteConnection, text: &str) -> Result<Option<i64>, StoreError> {
        let known = self.lock().numbers.get(text).copied();
        if known.is_some() {
            return Ok(known);
        }
        let number: Option<i64> = sqlx::query_scalar("select id from dictionary where text = $1")
            .bind(text)
            .fetch_optional(connection)
            .await?;
        self.learn(number.into_iter().map(|number| (number, text.into())).collect());
        Ok(number)
    }

    /// Those that memory holds, and the numbers of the others.
    fn known(&self, ids: &[i64]) -> (Vec<Option<Arc<str>>>, HashSet<i64>) {
        let texts = &self.lock().texts;
        let known: Vec<_> = ids.iter().map(|id| texts.get(id).cloned()).collect();
        let is_unknown = |(id, text): (&i64, &Option<Arc<str>>)| (*id > OTHER && text.is_none()).then_some(*id);
        let unknown = ids.iter().zip(&known).filter_map(is_unknown).collect();
        (known, unknown)
    }

    fn learn(&self, rows: FxHashMap<i64, Arc<str>>) {
        let KnownTexts { texts, numbers } = &mut *self.lock();
        if texts.len() + rows.len() > CACHED_TEXTS_MAX {
            texts.clear();
            numbers.clear();
        }
        for (number, text) in rows.into_iter().take(CACHED_TEXTS_MAX) {
            numbers.insert(Arc::clone(&text), number);
            texts.insert(number, text);
        }
    }

    fn lock(&self) -> MutexGuard<'_, KnownTexts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A text as the dictionary takes it: `None` for an empty one, cut where it is longer than names may be.
pub(crate) fn entry(text: Option<&str>) -> Option<&str> {
    let text = text.filter(|text| !text.is_empty())?;
    if text.len() <= EVENT_NAME_CHARS_MAX {
        return Some(text);
    }
    text.char_indices().nth(EVENT_NAME_CHARS_MAX).map_or(Some(text), |(end, _)| text.get(..end))
}
