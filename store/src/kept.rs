//! What nearly every transaction of the writer keeps: a row of the tail, blocks, the latest counts. One statement, whatever of it
//! there is: a row for a view whose trigger puts each where it belongs (`migrations/0014_kept.sql`). SQLite's thread wakes
//! whoever waits for it after each statement, and where all cores are busy that takes as long as most statements themselves.

use crate::block::Block;
use crate::script::join_blobs;
use crate::tail::PackedTail;
use sqlx::{QueryBuilder, Sqlite};

/// What is kept.
#[derive(Default)]
pub(crate) struct Kept {
    /// In the place of a row that goes, or else behind all others.
    pub tail: Option<(Option<i64>, PackedTail)>,
    pub blocks: Vec<Block>,
    /// The row of [`crate::rollup::latest`].
    pub latest: Option<Vec<u8>>,
}

impl Kept {
    pub fn is_empty(&self) -> bool {
        self.tail.is_none() && self.blocks.is_empty() && self.latest.is_none()
    }

    /// Writes the statement.
    pub fn push(self, statement: &mut QueryBuilder<Sqlite>) {
        let Self { tail, blocks, latest } = self;
        let (place, tail) = tail.map_or((None, None), |(place, tail)| (place, Some(tail)));
        let facts = tail.as_ref().map(PackedTail::row);
        statement.push(
            "insert into kept (tail_id, tail_first_at, tail_last_at, tail_events, tail_bytes, tail_facts, tail_lines,
                blocks, block_hashes, block_lines, latest) values (",
        );
        let mut values = statement.separated(", ");
        values.push_bind(place);
        for column in 0..4 {
            values.push_bind(facts.map(|facts| facts[column]));
        }
        let (facts, lines) = tail.map(|tail| (tail.facts, tail.lines)).unzip();
        values.push_bind(facts).push_bind(lines);
        let rows: Vec<_> = blocks.iter().map(Block::row).collect();
        let (hashes, hash_places) = join_blobs(blocks.iter().map(|block| &*block.hashes));
        let (lines, line_places) = join_blobs(blocks.iter().map(|block| &*block.lines));
        let places = hash_places.into_iter().zip(line_places);
        let rows: Vec<_> = rows.into_iter().zip(places).map(|(row, ((a, b), (c, d)))| (row, a, b, c, d)).collect();
        let rows = (!rows.is_empty()).then(|| serde_json::json!(rows).to_string());
        values.push_bind(rows).push_bind(hashes).push_bind(lines).push_bind(latest).push_unseparated(")");
    }
}
