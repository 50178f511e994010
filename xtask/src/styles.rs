//! The stylesheets: what an entry in `style/` uses, as one compressed file whose links carry hashed names.

use anyhow::{Context, Result};
use grass::{Options, OutputStyle};
use std::collections::BTreeMap;
use std::path::Path;

/// What every page loads.
pub const MAIN: &str = "style/main.scss";
/// What most pages load beside it.
pub const REST: &str = "style/rest.scss";

/// Compiles one of them; `urls` maps the logical names of the public files to where they are served.
pub fn build(entry: &str, urls: &BTreeMap<String, String>) -> Result<String> {
    let options = Options::default().style(OutputStyle::Compressed).load_path(Path::new("style"));
    let css = grass::from_path(entry, &options).map_err(|error| anyhow::anyhow!("{error}"));
    let css = css.with_context(|| entry.to_owned())?;
    Ok(rewrite(&css, urls))
}

/// Puts hashed names into `url(/fonts/…)`, quoted or not.
fn rewrite(css: &str, urls: &BTreeMap<String, String>) -> String {
    let mut css = css.to_owned();
    for (name, url) in urls {
        for quote in ["", "\"", "'"] {
            css = css.replace(&format!("url({quote}/{name}{quote})"), &format!("url({quote}{url}{quote})"));
        }
    }
    // A byte-order mark would only be in the way: the server says that the file is UTF-8.
    css.trim_start_matches('\u{feff}').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn font_links_get_their_hashed_names() {
        let urls = BTreeMap::from([("fonts/a.woff2".to_owned(), "/fonts/a.01.woff2".to_owned())]);
        let css =
            "\u{feff}@font-face{src:url(\"/fonts/a.woff2\")}b{c:url(/fonts/a.woff2) url('/fonts/a.woff2') url(/x)}";
        let expected =
            "@font-face{src:url(\"/fonts/a.01.woff2\")}b{c:url(/fonts/a.01.woff2) url('/fonts/a.01.woff2') url(/x)}";
        assert_eq!(rewrite(css, &urls), expected);
    }
}
