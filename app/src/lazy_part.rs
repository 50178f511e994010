//! Parts of a page whose code is in a file of its own (`#[wasm_split]`), fetched when somebody opens them. What the server
//! writes needs its code at once, so these are either not in its HTML, or the address says so and their file is a [`LazyPart`]
//! of the page.

use crate::lazy_page::Loading;
use leptos::prelude::*;
use leptos::reactive::spawn_local_scoped_with_cancellation;
use std::future::Future;
use std::task::{Context, Poll, Waker};
use wasm_split_helpers::SplitLoaderError;

/// A file that a page needs if its address has this parameter: the server then writes the part into the page.
#[derive(Clone, Copy)]
pub struct LazyPart {
    /// The parameter.
    pub parameter: &'static str,
    /// The file's name, without what the build adds to it.
    pub file: &'static str,
    /// Fetches the file, once.
    pub load: fn() -> Loading<()>,
}

impl LazyPart {
    /// Whether a page with this query has the part. A name in escapes may be any.
    #[must_use]
    pub fn is_in(&self, search: &str) -> bool {
        let mut names = search.trim_start_matches('?').split('&').filter_map(|pair| pair.split('=').next());
        names.any(|name| name == self.parameter || name.contains('%'))
    }
}

/// The part: at once where its code is there, as on the server; else as soon as it is. Until then it is said that it comes;
/// if it cannot be had, `instead` is shown.
pub fn drawn_when_there(
    drawing: impl Future<Output = Result<AnyView, SplitLoaderError>> + 'static,
    instead: impl FnOnce() -> AnyView + 'static,
) -> AnyView {
    when_there(Box::pin(drawing), Box::new(instead))
}

fn when_there(mut drawing: Loading<AnyView>, instead: Box<dyn FnOnce() -> AnyView>) -> AnyView {
    let mut nobody_waits = Context::from_waker(Waker::noop());
    if let Poll::Ready(drawn) = drawing.as_mut().poll(&mut nobody_waits) {
        return drawn.unwrap_or_else(|_| instead());
    }
    let part = RwSignal::new_local(None::<AnyView>);
    spawn_local_scoped_with_cancellation(async move {
        part.set(Some(drawing.await.unwrap_or_else(|_| instead())));
    });
    let shown = move || {
        part.track();
        part.try_update_untracked(Option::take)
            .flatten()
            .unwrap_or_else(|| view! { <p class="sr-only" role="status">"Loading"</p> }.into_any())
    };
    shown.into_any()
}

#[cfg(test)]
mod tests {
    use super::LazyPart;

    #[test]
    fn a_part_is_where_its_parameter_is() {
        let part = LazyPart { parameter: "open", file: "samples", load: || Box::pin(async { Ok(()) }) };
        for (search, expected) in [
            ("", false),
            ("?open=x", true),
            ("range=7d&open=x", true),
            ("opened=x", false),
            ("q=open", false),
            ("%6Fpen=x", true),
            ("open", true),
        ] {
            assert_eq!(part.is_in(search), expected, "{search}");
        }
    }
}
