//! HTML that the server writes: everything that came from a client is escaped here, and only here.

use std::fmt::Write;

/// Longest key or value that is shown whole, in characters.
pub const VALUE_CHARS_SHOWN: usize = 1_000;

/// Appends a client's text. What would turn the direction of the text around it, or is no character to look at, is
/// written as JSON escapes it.
pub fn escape(text: &str, into: &mut String) {
    for c in text.chars() {
        match c {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '"' => into.push_str("&quot;"),
            '\'' => into.push_str("&#39;"),
            '\t' => into.push(c),
            '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => {
                let _ = write!(into, "\\u{:04x}", u32::from(c));
            }
            c if c.is_control() => {
                let _ = write!(into, "\\u{:04x}", u32::from(c));
            }
            c => into.push(c),
        }
    }
}

/// Appends a client's text in a span of that class; of a very long one the beginning.
pub fn span(class: &str, text: &str, into: &mut String) {
    let end = text.char_indices().nth(VALUE_CHARS_SHOWN).map_or(text.len(), |(end, _)| end);
    let _ = write!(into, "<span class=\"{class}\">");
    escape(&text[..end], into);
    into.push_str("</span>");
    if end < text.len() {
        let more = domain::number_format::count(text[end..].chars().count() as u64);
        let _ = write!(into, "<span class=\"c\">… {more} more characters</span>");
    }
}

#[cfg(test)]
mod tests {
    use super::{VALUE_CHARS_SHOWN, escape, span};

    #[test]
    fn nothing_of_a_client_is_markup() {
        let mut html = String::new();
        escape("<b onclick='x'>&amp;\"\u{1b}[31m\u{202e}é\u{1F600}\t", &mut html);
        assert_eq!(html, "&lt;b onclick=&#39;x&#39;&gt;&amp;amp;&quot;\\u001b[31m\\u202eé\u{1F600}\t");
    }

    #[test]
    fn a_long_value_says_how_much_of_it_is_left_out() {
        let mut html = String::new();
        span("s", &"é".repeat(VALUE_CHARS_SHOWN + 1_200), &mut html);
        assert!(html.ends_with("é</span><span class=\"c\">… 1,200 more characters</span>"));
        html.clear();
        span("s", "é", &mut html);
        assert_eq!(html, "<span class=\"s\">é</span>");
    }
}
