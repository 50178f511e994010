//! Pages whose code is in a file of its own, fetched when somebody goes there; `xtask` makes the files. The server and the
//! page's first script both ask [`prepare`] first, so that hydration finds the code there and waits for nothing.

use crate::lazy_part::LazyPart;
use crate::routes::routes;
use leptos::prelude::*;
use leptos_router::location::Url;
use leptos_router::{ChooseView, MatchInterface, RouteDefs};
use std::future::{Future, pending};
use std::pin::Pin;
#[cfg(feature = "ssr")]
use std::{
    pin::pin,
    sync::{Arc, OnceLock},
    task::{Context, Waker},
};
use wasm_split_helpers::SplitLoaderError;

/// Something that is there once its file is.
pub type Loading<T> = Pin<Box<dyn Future<Output = Result<T, SplitLoaderError>>>>;

/// A page, and what is to be loaded before it can be drawn.
#[derive(Clone, Copy)]
pub struct LazyPage {
    /// The file's name, without what the build adds to it.
    pub file: &'static str,
    /// Fetches the file, once.
    pub load: fn() -> Loading<()>,
    /// Draws the page, of the file.
    pub draw: fn() -> Loading<AnyView>,
    /// What some of its addresses need beside it.
    pub part: Option<LazyPart>,
}

/// A [`LazyPage`]: the name of its file, which related pages share, its component, and the [`LazyPart`] that it may have.
macro_rules! lazy_page {
    ($file:ident: $Page:path) => {
        $crate::lazy_page::lazy_page!($file: $Page, None)
    };
    ($file:ident: $Page:path, $part:expr) => {{
        #[::wasm_split_helpers::wasm_split($file, preload(load), fallible)]
        fn draw() -> Result<::leptos::prelude::AnyView, ::wasm_split_helpers::SplitLoaderError> {
            Ok($crate::ui::later::later(|| ::leptos::prelude::IntoAny::into_any($Page())))
        }
        $crate::lazy_page::LazyPage {
            file: stringify!($file),
            load: || Box::pin(load()),
            draw: || Box::pin(draw()),
            part: $part,
        }
    }};
}
pub(crate) use lazy_page;

impl ChooseView for LazyPage {
    async fn preload(&self) {
        let target = use_context::<ArcRwSignal<Url>>();
        let search =
            target.as_ref().map_or_else(search_of_page, |target| target.with_untracked(|url| url.search().to_owned()));
        let part = self.part.filter(|part| part.is_in(&search));
        #[cfg(feature = "ssr")]
        if let Some(prepared) = use_context::<Prepared>() {
            let _ = prepared.files.set([Some(self.file), part.map(|part| part.file)]);
        }
        if (self.load)().await.is_err() {
            leave(target).await;
        } else if let Some(part) = part
            && (part.load)().await.is_err()
        {
            leave(target).await;
        }
    }

    async fn choose(self) -> AnyView {
        (self.draw)().await.unwrap_or_else(|_| ().into_any())
    }
}

/// Loads the code of the page at this path. Never ends if it cannot be had: the page then stays as the server wrote it.
pub async fn prepare(path: &str) {
    if let Some(matched) = RouteDefs::new(routes()).match_route(path) {
        matched.into_view_and_child().0.preload().await;
    }
}

/// The names of the files that the page at this path, with this query, needs.
#[cfg(feature = "ssr")]
pub fn files_of(path: &str, search: &str) -> impl Iterator<Item = &'static str> {
    let prepared = Prepared { search: search.into(), files: Arc::default() };
    provide_context(prepared.clone());
    // Nothing is loaded on the server, so it is done at once.
    let _ = pin!(prepare(path)).poll(&mut Context::from_waker(Waker::noop()));
    prepared.files.get().copied().unwrap_or_default().into_iter().flatten()
}

/// Where [`files_of`] says which query the page has, and reads what [`prepare`] would load.
#[cfg(feature = "ssr")]
#[derive(Clone)]
struct Prepared {
    search: Arc<str>,
    files: Arc<OnceLock<[Option<&'static str>; 2]>>,
}

/// The query of the page that is prepared, before there is a router.
#[cfg(feature = "ssr")]
fn search_of_page() -> String {
    use_context::<Prepared>().map(|prepared| prepared.search.to_string()).unwrap_or_default()
}

#[cfg(not(feature = "ssr"))]
fn search_of_page() -> String {
    window().location().search().unwrap_or_default()
}

/// The way out when a page's code cannot be fetched, offline or after an update of the server: the browser goes there.
async fn leave(target: Option<ArcRwSignal<Url>>) {
    if let Some(target) = target {
        // Without the fragment: to another one of the same page, a browser would only scroll.
        let address = target.with_untracked(|url| format!("{}?{}", url.path(), url.search()));
        let _ = window().location().set_href(address.trim_end_matches('?'));
    }
    pending().await
}
