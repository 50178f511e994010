//! The drawer of a discard reason: what it means, how to mend it, and its newest events. `api` asks, `read` answers on the
//! server: `reader` finds the events, `payload` is what is shown of one, `fault` and `pretty` mark and write it, `arrived`
//! and `remedy` say what came and what would have passed, `curl` sends it again.

pub mod api;
mod drawer;
mod list;

#[cfg(feature = "ssr")]
mod arrived;
#[cfg(feature = "ssr")]
mod curl;
#[cfg(feature = "ssr")]
mod fault;
#[cfg(feature = "ssr")]
mod fold;
#[cfg(feature = "ssr")]
mod json;
#[cfg(feature = "ssr")]
mod markup;
#[cfg(feature = "ssr")]
mod payload;
#[cfg(feature = "ssr")]
mod pretty;
#[cfg(feature = "ssr")]
mod read;
#[cfg(feature = "ssr")]
pub mod reader;
#[cfg(feature = "ssr")]
mod remedy;
#[cfg(feature = "ssr")]
mod value;
#[cfg(feature = "ssr")]
pub(crate) mod whole;

use super::query::OverviewQuery;
use crate::lazy_part::LazyPart;
use domain::discard::DiscardReason;
use drawer::SamplesDrawer;
use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

pub(crate) use list::PartView;

/// The drawer's own code.
pub const PART: LazyPart = LazyPart { parameter: "open", file: "samples", load: || Box::pin(load()) };

/// The drawer of one reason of the source with that slug.
#[wasm_split(samples, preload(load), fallible)]
pub(super) fn samples_drawer(
    reason: DiscardReason,
    slug: Memo<String>,
    query: Memo<OverviewQuery>,
) -> Result<AnyView, SplitLoaderError> {
    Ok(view! { <SamplesDrawer reason=reason slug=slug query=query /> }.into_any())
}
