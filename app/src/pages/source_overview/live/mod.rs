//! Live numbers: the server pushes a source's latest counts, and what they have more than the page is added to it where it
//! stands (`grow`). A hidden tab and a paused page hold no connection; whoever comes back reads everything anew and goes on
//! from there.

mod grow;

use super::api::Numbers;
use super::words::at_clock;
use crate::href;
use crate::stream::Stream;
use crate::wire;
use domain::clock::{MINUTE_MS, Timestamp};
use domain::live::{LiveCounts, LiveFrame};
use leptos::ev;
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;
use web_sys::js_sys::Date;

pub(super) use grow::{Shown, Stale};

/// How often a live page reads everything anew: the compared window goes on, too, and rows find their order.
const ANEW_EVERY: Duration = Duration::from_secs(60);
/// Shortest time between two readings that live numbers ask for, in milliseconds.
const ANEW_PAUSE_MS: f64 = 2_000.0;
/// Counts older than this are forgotten: a page is read anew long before.
const KEPT_MS: i64 = 5 * MINUTE_MS;

/// How a page is kept up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LiveState {
    /// By messages.
    Live,
    /// The connection is lost; the browser tries again.
    Reconnecting,
    /// Not at all: somebody wants it so.
    Paused,
}

/// The live half of a page.
#[derive(Clone, Copy)]
pub(super) struct Live {
    /// The latest counts of the followed source.
    pub counts: RwSignal<Option<LiveCounts>>,
    /// Whether the page is kept up to date.
    pub state: RwSignal<LiveState>,
    /// The slug of the source to follow; `None` for ranges that ended in the past.
    pub followed: RwSignal<Option<String>>,
    anew: Callback<()>,
    last_anew: StoredValue<f64>,
}

/// Follows what the page shows once scripts run; `anew` reads the page anew.
pub(super) fn follow(anew: Callback<()>) -> Live {
    let (counts, state, followed) = (RwSignal::new(None), RwSignal::new(LiveState::Live), RwSignal::new(None));
    let live = Live { counts, state, followed, anew, last_anew: StoredValue::new(0.0) };
    let hidden = RwSignal::new(false);
    let wanted = Memo::new(move |_| followed.get().filter(|_| state.get() != LiveState::Paused && !hidden.get()));
    // The effect itself holds the connection: it runs in the browser only, and takes it along when the page goes.
    Effect::new(move |held: Option<(Option<String>, Option<Stream>)>| {
        let was_wanted = held.map(|(was_wanted, _closed)| was_wanted);
        let slug = wanted.get();
        let open = slug.as_deref().and_then(|slug| live.connect(slug));
        // Coming back: what was missed is read at once.
        if was_wanted == Some(None) && slug.is_some() && counts.with_untracked(Option::is_some) {
            anew.run(());
        }
        (slug, open)
    });
    Effect::new(move |_| {
        hidden.set(document().hidden());
        let changed = window_event_listener_untyped("visibilitychange", move |_| hidden.set(document().hidden()));
        let round = set_interval_with_handle(
            move || {
                if wanted.get_untracked().is_some() && !is_choosing() {
                    anew.run(());
                }
            },
            ANEW_EVERY,
        );
        on_cleanup(move || {
            changed.remove();
            if let Ok(round) = round {
                round.clear();
            }
        });
    });
    live
}

impl Live {
    fn connect(self, slug: &str) -> Option<Stream> {
        let take = move |message: &str| {
            if let Ok(frame) = wire::from_text(message) {
                self.take(frame);
            }
        };
        let keep = move |is_there: bool| {
            let new = if is_there { LiveState::Live } else { LiveState::Reconnecting };
            if self.state.get_untracked() != new && self.state.get_untracked() != LiveState::Paused {
                self.state.set(new);
            }
        };
        Stream::open(&href::source_live(slug), take, keep)
    }

    fn take(self, frame: LiveFrame) {
        let forgotten = frame.now.plus_ms(-KEPT_MS);
        self.counts.update(|counts| {
            match counts {
                Some(counts) => counts.take(frame),
                None => *counts = LiveCounts::of(frame),
            }
            if let Some(counts) = counts {
                counts.forget_before(forgotten);
            }
        });
    }

    /// Reads everything anew whenever what is shown cannot be brought up to date by counts.
    pub fn read_when_stale(self, stale: impl Fn() -> Option<Stale> + 'static) {
        Effect::new(move |_| {
            self.counts.track();
            let now = Date::now();
            let is_due = now - self.last_anew.get_value() >= ANEW_PAUSE_MS;
            let is_wanted = match stale() {
                None => false,
                // Rows must not move away from under somebody who is about to click one.
                Some(Stale::Row) => !is_choosing() && !is_found(".table--breakdown tbody:hover"),
                Some(Stale::Counts) => !is_choosing(),
            };
            if is_wanted && is_due && self.state.get_untracked() != LiveState::Paused {
                self.last_anew.set_value(now);
                self.anew.run(());
            }
        });
    }
}

/// Whether somebody is choosing in a popover of the toolbar, which must not be taken away.
fn is_choosing() -> bool {
    is_found(".toolbar details[open]")
}

fn is_found(selector: &str) -> bool {
    document().query_selector(selector).is_ok_and(|found| found.is_some())
}

/// Live, or paused; for ranges that end now.
#[component]
pub(super) fn LiveButton(
    /// The numbers that the server answered.
    numbers: Arc<Numbers>,
) -> impl IntoView {
    let live = use_context::<Live>()?;
    let answered_at = numbers.window.now;
    let words = move || match live.state.get() {
        LiveState::Live => "Live".to_owned(),
        LiveState::Reconnecting => "Reconnecting…".to_owned(),
        LiveState::Paused => {
            let counted_at = live.counts.with(|counts| counts.as_ref().map_or(answered_at, |counts| counts.now));
            let at: Timestamp = counted_at.max(answered_at);
            format!("Paused: last updated {}", at_clock(numbers.labels.offsets.local(at)))
        }
    };
    let toggle = move |_: ev::MouseEvent| {
        live.state.update(|state| {
            *state = if *state == LiveState::Paused { LiveState::Live } else { LiveState::Paused };
        });
    };
    Some(view! {
        <button
            class="button live with-script"
            type="button"
            data-state=move || (live.state.get() == LiveState::Reconnecting).then_some("reconnecting")
            aria-pressed=move || (live.state.get() != LiveState::Paused).to_string()
            on:click=toggle
        >
            <span class="pulse" aria-hidden="true"></span>
            {words}
        </button>
    })
}
