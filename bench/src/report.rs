//! What a scenario found: on the terminal, as JSON under `target/bench/`, and in its section of `BENCHMARKS.md`. What
//! people write there stands outside of the sections.

use crate::clock;
use crate::machine;
use crate::stats::{Cell, Unit};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::fmt::Write;
use std::fs;

const DOCUMENT: &str = "BENCHMARKS.md";
const DOCUMENT_HEAD: &str = "\
# Benchmarks

`cargo xtask bench all` measures a release and writes the sections between the marks of this file; everything else in it is
written by hand. Machines differ, so what counts is a ratio of two numbers of the same run, taken in turns over several
rounds: the median, and from the least to the most. Load, ceilings and Headwater share the machine. Events count when they
are found stored and counted afterwards, not when they were acknowledged.
";

/// A table of results.
pub struct Table {
    pub title: String,
    /// What one has to know to read it.
    pub note: &'static str,
    pub columns: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
}

/// What is to be reached.
pub struct Goal {
    pub what: String,
    pub measured: f64,
    pub bound: Bound,
    pub unit: Unit,
}

/// From which side.
#[derive(Clone, Copy, Debug)]
pub enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

impl Goal {
    fn is_met(&self) -> bool {
        match self.bound {
            Bound::AtLeast(bound) => self.measured >= bound,
            Bound::AtMost(bound) => self.measured <= bound,
        }
    }

    fn row(&self) -> Vec<Cell> {
        let bound = match self.bound {
            Bound::AtLeast(bound) => format!("≥ {}", self.unit.write(bound)),
            Bound::AtMost(bound) => format!("≤ {}", self.unit.write(bound)),
        };
        let verdict = if self.is_met() { "met" } else { "**falls short**" };
        vec![self.what.clone().into(), bound.into(), Cell::Number(self.measured, self.unit), verdict.into()]
    }
}

/// All that a scenario found.
pub struct Report {
    pub scenario: &'static str,
    pub tables: Vec<Table>,
    pub goals: Vec<Goal>,
}

impl Report {
    /// Shows it and writes it down; `is_kept` also into the document.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn publish(mut self, command: &str, is_kept: bool) -> Result<()> {
        if !self.goals.is_empty() {
            let rows = self.goals.iter().map(Goal::row).collect();
            let columns = vec!["goal", "bound", "measured", "verdict"];
            self.tables.insert(0, Table { title: "Goals".into(), note: "", columns, rows });
        }
        for table in &self.tables {
            println!("\n{}\n{}", table.title, table.plain());
        }
        let file = format!("target/bench/{}.json", self.scenario);
        fs::create_dir_all("target/bench")?;
        fs::write(&file, format!("{:#}\n", self.json(command))).with_context(|| format!("cannot write {file}"))?;
        println!("\n{file}");
        if is_kept {
            let document = fs::read_to_string(DOCUMENT).unwrap_or_else(|_| DOCUMENT_HEAD.to_owned());
            fs::write(DOCUMENT, with_section(&document, self.scenario, &self.markdown(command)))?;
            println!("{DOCUMENT}");
        }
        Ok(())
    }

    fn json(&self, command: &str) -> Value {
        json!({
            "scenario": self.scenario,
            "command": command,
            "commit": machine::commit(),
            "machine": machine::describe(),
            "at": clock::now().to_utc_text(),
            "tables": self.tables.iter().map(Table::json).collect::<Vec<_>>(),
        })
    }

    fn markdown(&self, command: &str) -> String {
        let mut text = format!(
            "`{command}` at commit {} on {}, {}.\n",
            machine::commit(),
            machine::describe(),
            clock::now().to_utc_text().split('T').next().unwrap_or_default(),
        );
        for table in &self.tables {
            let _ = write!(text, "\n### {}\n\n{}", table.title, table.markdown());
        }
        text
    }
}

impl Table {
    fn texts(&self) -> impl Iterator<Item = Vec<String>> + '_ {
        self.rows.iter().map(|row| row.iter().map(Cell::text).collect())
    }

    /// Aligned, for a terminal.
    fn plain(&self) -> String {
        let head = self.columns.iter().map(|&column| column.to_owned()).collect();
        let rows: Vec<Vec<String>> = std::iter::once(head).chain(self.texts()).collect();
        let width = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|text| text.chars().count()).max();
        let widths: Vec<usize> = (0..self.columns.len()).map(|at| width(at).unwrap_or(0)).collect();
        let mut plain = String::new();
        for row in rows {
            for (text, width) in row.iter().zip(&widths) {
                let _ = write!(plain, "  {text:width$}");
            }
            plain.truncate(plain.trim_end().len());
            plain.push('\n');
        }
        plain
    }

    fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut text = if self.note.is_empty() { String::new() } else { format!("{}\n\n", self.note) };
        text.push_str(&line(self.columns.iter().map(|&column| column.to_owned()).collect()));
        text.push_str(&line(vec!["---".to_owned(); self.columns.len()]));
        self.texts().for_each(|row| text.push_str(&line(row)));
        text
    }

    fn json(&self) -> Value {
        let row = |row: &Vec<Cell>| -> Value {
            self.columns.iter().zip(row).map(|(&column, cell)| (column.to_owned(), cell.json())).collect()
        };
        json!({ "title": self.title, "rows": self.rows.iter().map(row).collect::<Vec<_>>() })
    }
}

/// The document with this scenario's section anew, at its place or at the end.
fn with_section(document: &str, scenario: &str, text: &str) -> String {
    let (begin, end) = (format!("<!-- begin {scenario} -->"), format!("<!-- end {scenario} -->"));
    let section = format!("{begin}\n{text}{end}");
    let parts = document.split_once(&begin).and_then(|(before, rest)| Some((before, rest.split_once(&end)?.1)));
    match parts {
        Some((before, after)) => format!("{before}{section}{after}"),
        None => format!("{}\n\n## {}\n\n{section}\n", document.trim_end(), title(scenario)),
    }
}

fn title(scenario: &str) -> String {
    let mut letters = scenario.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Bound, Cell, Goal, Table, Unit, with_section};

    #[test]
    fn a_section_is_replaced_and_what_people_wrote_stays() {
        let first = with_section("# Head\n", "query", "one\n");
        assert_eq!(first, "# Head\n\n## Query\n\n<!-- begin query -->\none\n<!-- end query -->\n");
        let edited = first.replace("## Query\n", "## Query\n\nWords.\n");
        let second = with_section(&edited, "query", "two\n");
        assert_eq!(second, edited.replace("one", "two"));
    }

    #[test]
    fn goals_have_two_sides_and_what_is_unknown_is_not_met() {
        let goal = |measured, bound| Goal { what: "x".into(), measured, bound, unit: Unit::Ratio };
        assert!(goal(0.5, Bound::AtLeast(0.5)).is_met() && goal(0.5, Bound::AtMost(0.5)).is_met());
        assert!(!goal(0.4, Bound::AtLeast(0.5)).is_met() && !goal(0.6, Bound::AtMost(0.5)).is_met());
        assert!(!goal(f64::NAN, Bound::AtLeast(0.5)).is_met() && !goal(f64::NAN, Bound::AtMost(0.5)).is_met());
    }

    #[test]
    fn tables_are_aligned() {
        let rows = vec![vec!["a".into(), Cell::Number(1234.0, Unit::Count)], vec!["long".into(), "x".into()]];
        let table = Table { title: String::new(), note: "", columns: vec!["name", "n"], rows };
        assert_eq!(table.plain(), "  name  n\n  a     1,234\n  long  x\n");
        assert_eq!(table.markdown(), "| name | n |\n| --- | --- |\n| a | 1,234 |\n| long | x |\n");
    }
}
