//! Libraries that send events, and the lines that point each one at this server: one list, for the documentation and for
//! the setup page of every source. The list stays on the server; a browser gets the lines that it shows.

#[cfg(feature = "ssr")]
mod code;
#[cfg(feature = "ssr")]
mod list;

#[cfg(feature = "ssr")]
pub use list::{LIBRARIES, Library, Target};

use crate::ui::callout::{Callout, CalloutTone};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Stands in the lines for the key of a source where no source is meant.
pub const WRITE_KEY: &str = "YOUR_WRITE_KEY";

/// A library's lines with a server's address and a key in them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LibrarySample {
    /// What people call it, e.g. `Node.js`.
    pub name: String,
    /// What it is called where it is got from.
    pub package: String,
    /// The command or line that adds it to a project; empty where nothing has to be added.
    pub install: String,
    /// Whether it puts `https://` in front of whatever host it is given.
    pub https_only: bool,
    /// Whether our tests run the lines; else they are read from the library's own source.
    pub is_run: bool,
    /// The lines.
    pub code: String,
}

/// Says that libraries can't reach an address of plain http.
#[component]
pub fn HttpsOnly(
    /// `Ruby`, or several: `Ruby, PHP and Swift`.
    names: String,
    /// Whether that is more than one.
    many: bool,
) -> impl IntoView {
    let (speak, cannot, them) = match many {
        true => ("speak", "Their libraries cannot", "them"),
        false => ("speaks", "Its library cannot", "it"),
    };
    let text = format!(
        "{cannot} reach this address, which is plain http. Put a proxy that ends TLS in front of Headwater, and give {them} its name."
    );
    view! { <Callout tone=CalloutTone::Warning title=format!("{names} {speak} https only")>{text}</Callout> }
}
