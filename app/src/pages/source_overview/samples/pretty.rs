//! A payload in lines, as HTML: keys in the order in which they were sent, numbers as they were written, the offending
//! line marked. Short containers stand on one line. Of a long payload the surroundings of the mark are shown and the rest
//! is folded.

use super::api::Part;
use super::fold::{Stretch, stretches};
use super::json::{TokenKind, Tokens};
use super::markup::{escape, span};
use domain::number_format::count;
use std::iter::Peekable;
use std::ops::Range;

/// Longest line that holds a whole list or object, in bytes.
const INLINE_BYTES_MAX: usize = 70;
/// Deepest level that is indented further than the one around it.
const INDENTED_LEVELS_MAX: usize = 32;
/// Longest line that has its note beside it, in characters with the note; a longer one has it below.
const NOTE_BESIDE_CHARS_MAX: usize = 84;

/// What is marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Where.
    pub at: MarkedAt,
    /// What is said about it.
    pub note: String,
}

/// Where a mark stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarkedAt {
    /// At what is written at that byte.
    Byte(usize),
    /// Before the closing bracket at that byte, where this belongs.
    Gap {
        /// The bracket.
        close: usize,
        /// What belongs there: a key.
        key: String,
    },
}

/// One line of a payload.
#[derive(Default)]
struct Line<'a> {
    level: usize,
    pieces: Vec<(&'static str, &'a str)>,
    note: Option<&'a str>,
}

/// The lines of a JSON text. `lines_left` is how many folded lines may still be written; it is counted down.
#[must_use]
pub fn json(text: &str, mark: Option<&Mark>, lines_left: &mut usize) -> Vec<Part> {
    write(|each| Walk::new(text, mark).run(each), lines_left)
}

/// The lines of a text that is no JSON.
#[must_use]
pub fn plain(text: &str, mark: Option<&Mark>, lines_left: &mut usize) -> Vec<Part> {
    let marked =
        |range: &Range<usize>| mark.filter(|mark| matches!(mark.at, MarkedAt::Byte(at) if range.contains(&at)));
    let walk = |each: &mut dyn FnMut(&Line<'_>)| {
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let range = start..start + line.len();
            start = range.end;
            // The end of the text belongs to its last line.
            let range = if range.end == text.len() { range.start..range.end + 1 } else { range };
            let note = marked(&range).map(|mark| mark.note.as_str());
            each(&Line { level: 0, pieces: vec![("s", line.trim_end_matches(['\r', '\n']))], note });
        }
    };
    write(walk, lines_left)
}

/// Walks twice: to count the lines and find the marked one, and to write those that are shown.
fn write(walk: impl Fn(&mut dyn FnMut(&Line<'_>)), lines_left: &mut usize) -> Vec<Part> {
    let (mut lines, mut marked) = (0, None);
    walk(&mut |line| {
        if line.note.is_some() {
            marked = marked.or(Some(lines));
        }
        lines += 1;
    });
    let stretches = stretches(lines, marked);
    let mut parts: Vec<Part> = stretches.iter().map(|stretch| part(stretch, lines_left)).collect();
    let (mut number, mut current) = (0, 0);
    walk(&mut |line| {
        while stretches.get(current).is_some_and(|stretch| stretch.lines.end <= number) {
            current += 1;
        }
        if let Some(part) = parts.get_mut(current).filter(|part| !part.is_left_out) {
            line.write(&mut part.html);
        }
        number += 1;
    });
    parts
}

fn part(stretch: &Stretch, lines_left: &mut usize) -> Part {
    let lines = stretch.lines.len();
    if !stretch.is_folded {
        return Part { title: None, is_left_out: false, html: String::new() };
    }
    let is_left_out = lines > *lines_left;
    if !is_left_out {
        *lines_left -= lines;
    }
    let lines = if lines == 1 { "1 more line".to_owned() } else { format!("{} more lines", count(lines as u64)) };
    let title = if is_left_out { format!("{lines} stand in the export") } else { format!("Show {lines}") };
    Part { title: Some(title), is_left_out, html: String::new() }
}

impl Line<'_> {
    fn write(&self, html: &mut String) {
        let indent = "  ".repeat(self.level.min(INDENTED_LEVELS_MAX));
        if self.note.is_some() {
            html.push_str("<span class=\"code__bad\">");
        }
        html.push_str(&indent);
        for (class, text) in &self.pieces {
            match *class {
                "" => escape(text, html),
                class => span(class, text, html),
            }
        }
        let Some(note) = self.note else {
            html.push('\n');
            return;
        };
        let chars = indent.len() + self.pieces.iter().map(|(_, text)| text.chars().count()).sum::<usize>();
        if chars + note.chars().count() <= NOTE_BESIDE_CHARS_MAX {
            html.push_str(" <span class=\"code__note\">← ");
        } else {
            html.push('\n');
            html.push_str(&indent);
            html.push_str("<span class=\"code__note\">↑ ");
        }
        escape(note, html);
        html.push_str("</span></span>");
    }
}

struct Walk<'a> {
    text: &'a str,
    mark: Option<&'a Mark>,
    tokens: Peekable<Tokens<'a>>,
    line: Line<'a>,
}

impl<'a> Walk<'a> {
    fn new(text: &'a str, mark: Option<&'a Mark>) -> Self {
        Self { text, mark, tokens: Tokens::from(text, 0).peekable(), line: Line::default() }
    }

    fn run(mut self, each: &mut dyn FnMut(&Line<'_>)) {
        while let Some(token) = self.tokens.next() {
            let range = token.range;
            match token.kind {
                TokenKind::Key => {
                    self.push("k", range);
                    self.line.pieces.push(("", ": "));
                }
                TokenKind::Scalar => {
                    self.push(self.class(range.start), range);
                    self.end(each);
                }
                TokenKind::Open => match self.inline_end(range.start) {
                    Some(end) => {
                        self.push_inline(range.start..end);
                        self.end(each);
                    }
                    None => {
                        self.push("", range);
                        let level = self.line.level + 1;
                        self.end_without_comma(each, level);
                    }
                },
                TokenKind::Close => {
                    self.fill_gap(range.start, each);
                    self.line.level = self.line.level.saturating_sub(1);
                    self.push("", range);
                    self.end(each);
                }
            }
        }
    }

    fn class(&self, at: usize) -> &'static str {
        if self.text.as_bytes().get(at) == Some(&b'"') { "s" } else { "n" }
    }

    fn push(&mut self, class: &'static str, range: Range<usize>) {
        if let Some(Mark { at: MarkedAt::Byte(at), note }) = self.mark
            && range.contains(at)
        {
            self.line.note = Some(note);
        }
        self.line.pieces.push((class, &self.text[range]));
    }

    /// Ends a line after a value.
    fn end(&mut self, each: &mut dyn FnMut(&Line<'_>)) {
        if self.tokens.peek().is_some_and(|next| next.kind != TokenKind::Close) {
            self.line.pieces.push(("", ","));
        }
        let level = self.line.level;
        self.end_without_comma(each, level);
    }

    fn end_without_comma(&mut self, each: &mut dyn FnMut(&Line<'_>), next_level: usize) {
        each(&self.line);
        self.line = Line { level: next_level, ..Line::default() };
    }

    /// The line of what should stand before that closing bracket.
    fn fill_gap(&mut self, close: usize, each: &mut dyn FnMut(&Line<'_>)) {
        if let Some(Mark { at: MarkedAt::Gap { close: gap, key }, note }) = self.mark
            && *gap == close
        {
            each(&Line { level: self.line.level, pieces: vec![("c", key.as_str())], note: Some(note) });
        }
    }

    /// Where a container ends that can stand on one line: it is short, holds no other, and nothing in it is marked.
    fn inline_end(&self, start: usize) -> Option<usize> {
        for token in Tokens::from(self.text, start) {
            if token.range.end - start > INLINE_BYTES_MAX
                || (token.kind == TokenKind::Open && token.range.start > start)
            {
                return None;
            }
            if token.kind == TokenKind::Close {
                let marked_inside = self.mark.is_some_and(|mark| match &mark.at {
                    MarkedAt::Byte(at) => (start + 1..token.range.end).contains(at),
                    MarkedAt::Gap { close, .. } => *close == token.range.start,
                });
                return (!marked_inside).then_some(token.range.end);
            }
        }
        None
    }

    fn push_inline(&mut self, range: Range<usize>) {
        let is_object = self.text.as_bytes().get(range.start) == Some(&b'{');
        self.push("", range.start..range.start + 1);
        let mut is_first = true;
        while let Some(token) = self.tokens.next_if(|token| token.range.end < range.end) {
            let is_start = token.kind == TokenKind::Key || !is_object;
            if is_start {
                self.line.pieces.push((
                    "",
                    if !is_first {
                        ", "
                    } else if is_object {
                        " "
                    } else {
                        ""
                    },
                ));
                is_first = false;
            }
            let class = if token.kind == TokenKind::Key { "k" } else { self.class(token.range.start) };
            self.push(class, token.range);
            if token.kind == TokenKind::Key {
                self.line.pieces.push(("", ": "));
            }
        }
        if is_object && !is_first {
            self.line.pieces.push(("", " "));
        }
        if let Some(close) = self.tokens.next() {
            self.push("", close.range);
        }
    }
}

#[cfg(test)]
mod tests;
