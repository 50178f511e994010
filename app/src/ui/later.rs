//! A part of a page that wakes in a task of its own. To wake the whole page in one would hold a slow telephone for half a second.

use leptos::prelude::*;

/// What `make` draws, in an element that takes no part in the layout. On the server, and where the browser draws it, at once.
/// Where the server has drawn it, `make` is called in a task of its own, before any that is asked for later: until then it must
/// see what the server saw, so what it reads must not change in this task.
pub fn later(make: impl FnOnce() -> AnyView + 'static) -> AnyView {
    #[cfg(not(feature = "ssr"))]
    if Owner::current_shared_context().is_some_and(|page| page.during_hydration()) {
        return browser::asleep(Box::new(make));
    }
    view! { <div class="later">{make()}</div> }.into_any()
}

#[cfg(not(feature = "ssr"))]
mod browser {
    use leptos::html::Div;
    use leptos::leptos_dom::helpers::set_timeout;
    use leptos::prelude::*;
    use leptos::tachys::hydration::Cursor;
    use leptos::tachys::view::PositionState;
    use std::time::Duration;

    /// The element, with what the server has drawn in it.
    pub fn asleep(make: Box<dyn FnOnce() -> AnyView>) -> AnyView {
        let (place, owner) = (NodeRef::<Div>::new(), Owner::current().unwrap_or_default());
        let wake = move || {
            // The page may be gone by then.
            let Some(place) = place.try_get_untracked().flatten() else { return };
            owner.with(|| {
                let part = make().hydrate::<true>(&Cursor::new(place.into()), &PositionState::default());
                // It lives as long as what it lies in.
                StoredValue::new_local(part);
            });
        };
        set_timeout(wake, Duration::ZERO);
        view! { <div class="later" node_ref=place></div> }.into_any()
    }
}
