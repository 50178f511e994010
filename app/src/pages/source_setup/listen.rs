//! What is heard of the source: nothing yet, nothing for too long, or the newest event. Beside it what can be done about
//! silence: a test event, and what to look at.

use super::Listening;
use super::api::{Heard, NewestEvent};
use super::newest::Newest;
use crate::href;
use crate::ui::button::{Button, ButtonLook, ButtonSize, LinkButton};
use crate::ui::error_state::ErrorState;
use crate::ui::icon::{Icon, IconView};
use leptos::prelude::*;
use std::time::Duration;

#[component]
pub(super) fn Listen(
    listening: Listening,
    /// Whether the page says that there was no event yet.
    is_new: bool,
    slug: String,
    library: String,
) -> impl IntoView {
    let Listening { heard, followed, anew } = listening;
    let retry = Callback::new(move |()| heard.refetch());
    let here = href::source_setup_library(&slug, &library);
    let place = StoredValue::new((slug.clone(), here));
    view! {
        <aside class="panel setup__aside" aria-labelledby="setup-listen">
            <Transition>
                {move || Suspend::new(async move {
                    let (slug, here) = place.get_value();
                    match heard.await {
                        Ok(heard) => {
                            keep_up(followed, &slug, (is_new && heard.newest.is_some()).then_some(anew));
                            view! { <HeardView heard=heard slug=slug here=here /> }.into_any()
                        }
                        Err(error) => view! {
                            <h2 id="setup-listen" class="sr-only">"Events"</h2>
                            <ErrorState title="Could not look for events" error=error href=here retry=retry />
                        }.into_any(),
                    }
                })}
            </Transition>
            <div class="listen__actions">
                <TestForm slug=slug.clone() library=library />
                <LinkButton href=href::source_overview(&slug) look=ButtonLook::Plain>"Open overview"</LinkButton>
            </div>
        </aside>
    }
}

/// Waits for events, and has the head of the page say that the first one is there.
fn keep_up(followed: RwSignal<Option<String>>, slug: &str, anew: Option<Callback<()>>) {
    let slug = slug.to_owned();
    Effect::new(move |_| {
        if followed.with_untracked(|followed| followed.as_ref() != Some(&slug)) {
            followed.set(Some(slug.clone()));
        }
        if let Some(anew) = anew {
            anew.run(());
        }
    });
}

#[component]
fn HeardView(heard: Heard, slug: String, here: String) -> impl IntoView {
    let Heard { is_enabled, newest, late_in_ms } = heard;
    let late = RwSignal::new(newest.is_none() && late_in_ms <= 0);
    // The clock that counts is the browser's own from here on.
    if newest.is_none() && late_in_ms > 0 {
        Effect::new(move |_| {
            let wait = Duration::from_millis(u64::try_from(late_in_ms).unwrap_or(0));
            let timer = set_timeout_with_handle(move || late.set(true), wait);
            on_cleanup(move || {
                if let Ok(timer) = timer {
                    timer.clear();
                }
            });
        });
    }
    let (title, status) = words(newest.as_ref(), late);
    let has_event = newest.is_some();
    let pulse = if has_event { "pulse" } else { "pulse pulse--waiting" };
    let slot = match newest {
        Some(newest) => view! { <Newest event=newest /> }.into_any(),
        None => view! {
            <p class="listen__slot">"The first event shows up here with its payload and verdict."</p>
        }
        .into_any(),
    };
    let again = if has_event { "Look for a newer one" } else { "Check again" };
    view! {
        <div class="listen__head">
            <span class="listen__ripple"><span class=pulse aria-hidden="true"></span></span>
            <div>
                <h2 id="setup-listen">{title}</h2>
                <p class="muted" role="status">{status}</p>
            </div>
        </div>
        <ul class="listen__list">
            <Sign is_good=is_enabled good="Source enabled" bad="Source disabled" />
            <Sign is_good=has_event good="First event" bad="No event yet" />
        </ul>
        {slot}
        <p class="without-script"><LinkButton href=here size=ButtonSize::Small icon=Icon::RotateCw>{again}</LinkButton></p>
        {(!has_event).then(|| view! { <Checklist slug=slug late=late /> })}
    }
}

/// What the head says, and what is told to those who do not see it.
fn words(newest: Option<&NewestEvent>, late: RwSignal<bool>) -> (AnyView, AnyView) {
    match newest {
        Some(event) => {
            let what = event.name.clone().unwrap_or_else(|| event.call.clone());
            let what = if what.is_empty() { "An event".to_owned() } else { what };
            ("Events arrive".into_any(), format!("{what} arrived.").into_any())
        }
        None => {
            let title =
                move || if late.get() { "Still nothing after 5 min" } else { "Listening for your first event…" };
            let status = move || if late.get() { "Go through the list below." } else { "Nothing has arrived yet." };
            (title.into_any(), status.into_any())
        }
    }
}

#[component]
fn Sign(is_good: bool, good: &'static str, bad: &'static str) -> impl IntoView {
    let (icon, text) = if is_good { (Icon::CircleCheck, good) } else { (Icon::Hourglass, bad) };
    view! { <li data-done=is_good.then_some("")><IconView icon=icon />{text}</li> }
}

/// What to look at when nothing arrives, the likeliest first.
#[component]
fn Checklist(slug: String, late: RwSignal<bool>) -> impl IntoView {
    view! {
        <details class="disclosure" open=move || late.get()>
            <summary><IconView icon=Icon::Info />"Nothing arriving?"</summary>
            <ul>
                <li>"Does the program send to this server’s host? A library without the host option sends to Segment."</li>
                <li>
                    "Is the key the one of this page? Requests that belong to no source are listed on "
                    <a href=href::sources()>"Sources"</a>"; "<a href=href::source_settings(&slug)>"Settings"</a>
                    " says which keys work."
                </li>
                <li>"Is an ad blocker on? Many stop analytics.js by its name. Try a window without extensions."</li>
                <li>"Did the program end before its events were flushed? Libraries send some seconds later, many at once."</li>
                <li>"Is there a firewall or a proxy between? This address must answer from there: "<code>"/healthz"</code>"."</li>
            </ul>
        </details>
    }
}

/// Posted to the page's own address, with and without JavaScript alike.
#[component]
fn TestForm(slug: String, library: String) -> impl IntoView {
    view! {
        <form method="post" action=href::source_setup(&slug)>
            <input type="hidden" name="library" value=library />
            <Button icon=Icon::Send>"Send a test event"</Button>
        </form>
    }
}
