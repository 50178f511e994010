//! A part of a page that wakes in a task of its own. To wake the whole page in one would hold a slow telephone for half a second:
//! a browser compiles what is called for the first time.

use leptos::prelude::*;

#[cfg(feature = "hydrate")]
pub use browser::take_over;

/// What `make` draws, in an element that takes no part in the layout. On the server, and where the browser draws it, at once.
/// Where the server has drawn it, `make` is called in a task of its own, before any that is asked for later: until then it must
/// see what the server saw, so what it reads must not change before that, and links are the browser's. The server's answers are
/// numbered as they were asked for, so resources may be in it only where none is asked for after it on the server.
pub fn later(make: impl FnOnce() -> AnyView + 'static) -> AnyView {
    #[cfg(not(feature = "ssr"))]
    if browser::takes_over() {
        return browser::asleep(Box::new(make));
    }
    view! { <div class="later">{make()}</div> }.into_any()
}

/// Calls `then` in a later task, in which no part of the page sleeps any more. Never on the server.
pub fn when_awake(then: impl FnOnce() + 'static) {
    #[cfg(not(feature = "ssr"))]
    browser::when_awake(Box::new(then));
    #[cfg(feature = "ssr")]
    drop(then);
}

#[cfg(not(feature = "ssr"))]
mod browser {
    #[cfg(feature = "hydrate")]
    use leptos::ev::{self, MouseEvent};
    use leptos::html::Div;
    use leptos::leptos_dom::helpers::set_timeout;
    use leptos::prelude::*;
    use leptos::tachys::hydration::Cursor;
    use leptos::tachys::view::PositionState;
    use leptos::tachys::view::any_view::AnyViewState;
    use leptos::web_sys::Element;
    use std::cell::Cell;
    use std::time::Duration;
    #[cfg(feature = "hydrate")]
    use wasm_bindgen::JsCast;

    thread_local! {
        /// How many parts sleep.
        static ASLEEP: Cell<usize> = const { Cell::new(0) };
        /// Whether one wakes just now.
        static WAKES: Cell<bool> = const { Cell::new(false) };
    }

    /// Wakes the page that the server has drawn into the body: `draw` draws the same. As leptos' `hydrate_body`, but that the
    /// server's answers may be taken over as long as some part sleeps.
    #[cfg(feature = "hydrate")]
    pub fn take_over(draw: impl FnOnce() -> AnyView + 'static) {
        // Fails where there is one already.
        let _is_there = any_spawner::Executor::init_wasm_bindgen();
        let Some(body) = document().body() else { return };
        // Before the router asks for clicks: it would change the address that what sleeps still has to read.
        let clicks = window_event_listener(ev::click, |click| {
            if ASLEEP.get() > 0 && is_on_link(&click) {
                click.stop_immediate_propagation();
            }
        });
        let answers = std::sync::Arc::new(hydration_context::HydrateSharedContext::new());
        let owner = Owner::new_root(Some(answers.clone()));
        let page = owner.with(|| wake(draw, body.into()));
        when_awake(Box::new(move || {
            clicks.remove();
            hydration_context::SharedContext::hydration_complete(&*answers);
        }));
        // For as long as the document is there.
        std::mem::forget((owner, page));
    }

    #[cfg(feature = "hydrate")]
    fn is_on_link(click: &MouseEvent) -> bool {
        let on = click.target().and_then(|target| target.dyn_into::<Element>().ok());
        on.is_some_and(|on| on.closest("a[href]").is_ok_and(|link| link.is_some()))
    }

    /// Whether what is drawn now is there already, from the server.
    pub fn takes_over() -> bool {
        WAKES.get()
    }

    fn wake(draw: impl FnOnce() -> AnyView, place: Element) -> AnyViewState {
        WAKES.set(true);
        let state = draw().hydrate::<true>(&Cursor::new(place), &PositionState::default());
        WAKES.set(false);
        state
    }

    /// The element, with what the server has drawn in it.
    pub fn asleep(make: Box<dyn FnOnce() -> AnyView>) -> AnyView {
        let (place, owner) = (NodeRef::<Div>::new(), Owner::current().unwrap_or_default());
        let waken = move || {
            ASLEEP.set(ASLEEP.get() - 1);
            // The page may be gone by then.
            let Some(place) = place.try_get_untracked().flatten() else { return };
            // It lives as long as what it lies in.
            owner.with(|| StoredValue::new_local(wake(make, place.into())));
        };
        ASLEEP.set(ASLEEP.get() + 1);
        set_timeout(waken, Duration::ZERO);
        view! { <div class="later" node_ref=place></div> }.into_any()
    }

    pub fn when_awake(then: Box<dyn FnOnce()>) {
        let look = move || if ASLEEP.get() == 0 { then() } else { when_awake(then) };
        set_timeout(look, Duration::ZERO);
    }
}
