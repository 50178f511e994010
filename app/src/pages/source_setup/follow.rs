//! The page hears of new events by the same stream as the overview, and then asks for the newest one. A hidden tab holds no
//! connection; whoever comes back is told what came meanwhile.

use super::Hearing;
use crate::href;
use crate::stream::Stream;
use crate::wire;
use domain::live::LiveFrame;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use std::time::Duration;

/// From the first word of new events to the question for the newest: a busy source is asked about no more often.
const PAUSE: Duration = Duration::from_millis(300);

/// Follows the source of that slug once there is one.
pub(super) fn follow(heard: Hearing) -> RwSignal<Option<String>> {
    let (followed, hidden) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let ask = move || {
        if timer.with_value(Option::is_none) {
            let ask = move || {
                timer.set_value(None);
                heard.refetch();
            };
            timer.set_value(set_timeout_with_handle(ask, PAUSE).ok());
        }
    };
    let wanted = Memo::new(move |_| followed.get().filter(|_| !hidden.get()));
    // The effect itself holds the stream: it runs in the browser only, and takes it along when the page goes.
    Effect::new(move |held: Option<Option<Stream>>| {
        drop(held);
        let slug = wanted.get()?;
        let take = move |message: &str| {
            if wire::from_text::<LiveFrame>(message).is_ok_and(|frame| !frame.counts.is_empty()) {
                ask();
            }
        };
        Stream::open(&href::source_live(&slug), take, move |is_there| {
            if is_there {
                ask();
            }
        })
    });
    Effect::new(move |_| {
        hidden.set(document().hidden());
        let changed = window_event_listener_untyped("visibilitychange", move |_| hidden.set(document().hidden()));
        on_cleanup(move || {
            changed.remove();
            if let Some(timer) = timer.try_get_value().flatten() {
                timer.clear();
            }
        });
    });
    followed
}
