//! How much is taken, and what happens above it. The numbers are the ones that the rules themselves use.

use super::api::DocsPage;
use crate::href;
use crate::ui::code::CodeName;
use domain::discard::DiscardReason;
use domain::event::{
    APP_VERSION_CHARS_MAX, BATCH_BYTES_MAX, BATCH_EVENTS_MAX, EVENT_BYTES_MAX, EVENT_DEPTH_MAX, EVENT_KEYS_MAX,
    EVENT_NAME_CHARS_MAX, MERGED_BYTES_MAX, MESSAGE_ID_CHARS_MAX,
};
use domain::number_format::count;
use leptos::prelude::*;

/// A line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Limit {
    what: &'static str,
    most: String,
    above: &'static str,
    reason: Option<DiscardReason>,
}

/// How many there are.
pub(super) const LIMITS: usize = 11;

fn limits(page: &DocsPage) -> [Limit; LIMITS] {
    use DiscardReason as Reason;
    const REFUSED: &str = "200, event refused";
    let limit = |what, most, above, reason| Limit { what, most, above, reason: Some(reason) };
    let uncounted = |what, most, above| Limit { what, most, above, reason: None };
    [
        limit("One event", bytes(EVENT_BYTES_MAX), "400; in a batch 200, event refused", Reason::PayloadTooLarge),
        limit("One request, uncompressed", bytes(BATCH_BYTES_MAX), "400", Reason::BatchTooLarge),
        limit("One batch, its context in each event", bytes(MERGED_BYTES_MAX), "400", Reason::BatchTooLarge),
        limit("Events in a batch", number(BATCH_EVENTS_MAX), "200, batch refused", Reason::BatchTooManyEvents),
        limit("Keys in an event, in all its levels", number(EVENT_KEYS_MAX), REFUSED, Reason::TooManyProperties),
        limit("Levels of an event", number(EVENT_DEPTH_MAX), REFUSED, Reason::NestingTooDeep),
        limit("messageId", characters(MESSAGE_ID_CHARS_MAX), REFUSED, Reason::MessageIdTooLong),
        limit("Event name", characters(EVENT_NAME_CHARS_MAX), REFUSED, Reason::NameTooLong),
        uncounted("App version", characters(APP_VERSION_CHARS_MAX), "200, counted by its beginning"),
        limit("Requests", "as set by --rate-limit".to_owned(), "429", Reason::RateLimited),
        uncounted(
            "Same messageId",
            format!("once in {} hours", page.remembered_hours),
            "200, counted beside the others as a duplicate",
        ),
    ]
}

#[component]
pub(super) fn Limits(page: DocsPage) -> impl IntoView {
    let rows = limits(&page).map(|limit| {
        let reason = limit.reason.map(|reason| {
            let href = format!("#{}", href::discard_reason_anchor(reason));
            view! { <a href=href rel="external"><CodeName name=reason.code() /></a> }
        });
        view! {
            <tr>
                <th scope="row">{limit.what}<span class="cell-sub">{limit.above}</span></th>
                <td>{limit.most}</td>
                <td class="cell-s muted">{limit.above}</td>
                <td>{reason}</td>
            </tr>
        }
    });
    view! {
        <p>
            "Whatever is refused is counted on its source, with the reason, and kept for "{page.events_keep_days}
            " days like every event."
        </p>
        <div class="panel"><div class="table-box"><table class="table docs__table">
            <caption class="sr-only">"Limits"</caption>
            <thead>
                <tr>
                    <th scope="col">"What"</th>
                    <th scope="col">"Limit"</th>
                    <th scope="col" class="cell-s">"Above it"</th>
                    <th scope="col">"Counted as"</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table></div></div>
    }
}

fn number(n: usize) -> String {
    count(u64::try_from(n).unwrap_or(u64::MAX))
}

fn characters(n: usize) -> String {
    format!("{} characters", number(n))
}

/// A size in the largest unit that leaves nothing over.
fn bytes(n: usize) -> String {
    const KB: usize = 1024;
    const MB: usize = 1024 * KB;
    match n {
        n if n > 0 && n.is_multiple_of(MB) => format!("{} MB", number(n / MB)),
        n if n > 0 && n.is_multiple_of(KB) => format!("{} KB", number(n / KB)),
        n => format!("{} bytes", number(n)),
    }
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes_are_exact() {
        let sizes = [0, 1_000, 1_024, 32 * 1_024, 512_000, 8 * 1_024 * 1_024];
        assert_eq!(sizes.map(bytes), ["0 bytes", "1,000 bytes", "1 KB", "32 KB", "500 KB", "8 MB"]);
    }
}
