//! Finding short names by what somebody types: whole names first, then words, beginnings, other words for the same thing
//! and what is said about it. What matches nowhere as it was typed is compared with a slip of the finger in it (`pyhton`).

use strsim::osa_distance;

/// Longest search that is looked at, in characters: longer than any name that is looked for.
pub const SEARCH_CHARS_MAX: usize = 64;
/// Words of a search beyond this many are not looked at.
const WORDS_MAX: usize = 8;
/// Shorter words are only looked for at beginnings: inside others they would be found everywhere.
const INSIDE_CHARS_MIN: usize = 3;

/// What somebody looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    words: Vec<String>,
    joined: String,
}

/// What is looked at: a name, other words for it, and what is said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    name: Vec<String>,
    joined: String,
    keywords: Vec<String>,
    detail: Vec<String>,
}

/// How well something matches: less is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    has_slip: bool,
    penalty: usize,
}

impl Subject {
    /// What a search will look at.
    #[must_use]
    pub fn new(name: &str, keywords: &str, detail: &str) -> Self {
        let name = words(name);
        Self { joined: name.concat(), name, keywords: words(keywords), detail: words(detail) }
    }
}

impl Search {
    /// What was typed, ready to be looked for; none if there is nothing to look for.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bounded: String = text.chars().take(SEARCH_CHARS_MAX).collect();
        let mut words = words(&bounded);
        words.truncate(WORDS_MAX);
        (!words.is_empty()).then(|| Self { joined: words.concat(), words })
    }

    /// Those that match, best first, else in the order given. Where something matches as it was typed, what only matches
    /// with a slip of the finger was not meant.
    #[must_use]
    pub fn best<T: Copy>(&self, items: impl IntoIterator<Item = T>, subject: impl Fn(T) -> Subject) -> Vec<T> {
        let ranked = items.into_iter().filter_map(|item| Some((self.rank(&subject(item))?, item)));
        let mut ranked: Vec<(Rank, T)> = ranked.collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        let slips_are_meant = ranked.first().is_some_and(|(rank, _)| rank.has_slip);
        let meant = ranked.into_iter().filter(|(rank, _)| slips_are_meant || !rank.has_slip);
        meant.map(|(_, item)| item).collect()
    }

    /// All words together, else every word by itself, somewhere.
    fn rank(&self, subject: &Subject) -> Option<Rank> {
        if subject.joined == self.joined {
            return Some(Rank { has_slip: false, penalty: 0 });
        }
        if subject.keywords.contains(&self.joined) {
            return Some(Rank { has_slip: false, penalty: 1 });
        }
        let mut rank = Rank { has_slip: false, penalty: 0 };
        for word in &self.words {
            let as_typed = place(word, subject);
            rank.has_slip |= as_typed.is_none();
            rank.penalty += as_typed.or_else(|| slip(word, subject))?;
        }
        Some(rank)
    }
}

/// Where the word is found as it was typed: the further from the name's beginning, the worse.
fn place(word: &str, subject: &Subject) -> Option<usize> {
    let Subject { name, joined, keywords, detail } = subject;
    let begins = |words: &[String]| words.iter().any(|other| other.starts_with(word));
    let may_be_inside = word.chars().count() >= INSIDE_CHARS_MIN;
    let places = [
        name.iter().any(|other| other == word),
        joined.starts_with(word) || begins(name),
        keywords.iter().any(|other| other == word),
        begins(keywords),
        may_be_inside && joined.contains(word),
        may_be_inside && begins(detail),
    ];
    places.iter().position(|is_there| *is_there).map(|place| place + 2)
}

/// How far the word is from the nearest word of the name, or other word for it: letters left out, put in, replaced or
/// swapped. A word that is still being typed is compared with beginnings.
fn slip(word: &str, subject: &Subject) -> Option<usize> {
    let length = word.chars().count();
    let allowed = match length {
        0..=3 => return None,
        4..=7 => 1,
        _ => 2,
    };
    let distance = |other: &String| {
        let beginning: String = other.chars().take(length).collect();
        osa_distance(word, other).min(osa_distance(word, &beginning))
    };
    let nearest = |words: &[String]| words.iter().map(distance).filter(|distance| *distance <= allowed).min();
    let in_name = nearest(&subject.name).into_iter().chain(nearest(std::slice::from_ref(&subject.joined))).min();
    in_name.or_else(|| nearest(&subject.keywords).map(|distance| distance + allowed))
}

/// Lower-case words: letters and digits, and what names of languages end in (`C#`, `C++`).
fn words(text: &str) -> Vec<String> {
    let is_apart = |c: char| !(c.is_alphanumeric() || c == '#' || c == '+');
    text.to_lowercase().split(is_apart).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::{Search, Subject};

    fn found(search: &str, names: &[&'static str]) -> Vec<&'static str> {
        let search = Search::parse(search).expect("something to look for");
        search.best(names.iter().copied(), |name| Subject::new(name, "", ""))
    }

    #[test]
    fn names_are_found_by_beginnings_and_slips_and_the_nearest_comes_first() {
        let names = ["Old storefront", "Storefront web", "Store", "Магазин", "日本の店"];
        assert_eq!(found("store", &names), ["Store", "Old storefront", "Storefront web"]);
        assert_eq!(found("STOREFRONT W", &names), ["Storefront web"]);
        assert_eq!(found("stroefront", &names), ["Old storefront", "Storefront web"]);
        assert_eq!(found("магазни", &names), ["Магазин"]);
        assert_eq!(found("日本", &names), ["日本の店"]);
        assert_eq!(found("front", &names), ["Old storefront", "Storefront web"]);
        assert_eq!(found("nothing", &names), Vec::<&str>::new());
    }

    #[test]
    fn hostile_searches_are_bounded() {
        assert_eq!(Search::parse(" \t-/ "), None);
        assert_eq!(found(&"a ".repeat(10_000), &["b"]), Vec::<&str>::new());
        assert_eq!(found(&"x".repeat(100_000), &["y"]), Vec::<&str>::new());
    }
}
