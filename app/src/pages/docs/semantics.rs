//! What happens to events on their way in: keys, receipts, batches, times, duplicates.

use crate::library::WRITE_KEY;
use crate::ui::code::CodeBlock;
use leptos::prelude::*;

#[component]
pub(super) fn Authentication() -> impl IntoView {
    view! {
        <p>"The write key of a source, in one of four places. The first that is set wins."</p>
        <ol class="docs__list">
            <li>"Basic authentication: the key as user, an empty password."</li>
            <li>"The header "<code>"X-Write-Key"</code>"."</li>
            <li>"The parameter "<code>"?writeKey="</code>" of the address."</li>
            <li>"The field "<code>"writeKey"</code>" at the top level of the body."</li>
        </ol>
        <p>
            "A write key is an address rather than a secret: every web page that uses one shows it to its visitors. A source that is switched off still takes events; they are refused as "
            <code>"source_disabled"</code>", so that none disappears."
        </p>
    }
}

#[component]
pub(super) fn Receipts(origin: String, events_keep_days: i64) -> impl IntoView {
    let ask = format!(
        "curl '{origin}/v1/batch?receipt=1' \\
  -u {WRITE_KEY}: \\
  -d '{{\"batch\":[{{\"type\":\"track\",\"userId\":\"u1\",\"event\":\"Signed Up\",\"messageId\":\"m1\"}},{{\"type\":\"track\",\"userId\":\"u1\",\"messageId\":\"m2\"}}]}}'"
    );
    let later = format!("curl {origin}/v1/receipts/m2 -u {WRITE_KEY}:");
    view! {
        <p>
            "With "<code>"?receipt=1"</code>", or the header "<code>"Prefer: return=representation"</code>
            ", the answer says what became of each event, by its "<code>"messageId"</code>":"
        </p>
        <CodeBlock text=ask label="request with receipts" />
        <pre class="code" tabindex="0" role="region" aria-label="Answer with receipts"><code>{RECEIPTS}</code></pre>
        <p>
            <code>"status"</code>" is "<code>"eligible"</code>", "<code>"failed_on_ingest"</code>" or "
            <code>"filtered_at_source"</code>", and for the second copy of an event "<code>"duplicate"</code>
            ", with a link to the first. "<code>"pointer"</code>" is the JSON pointer of the field at fault."
        </p>
        <p>"The same can be asked later, for "{events_keep_days}" days:"</p>
        <CodeBlock text=later label="request for a receipt" />
    }
}

const RECEIPTS: &str = r#"{
  "success": true,
  "receipts": [
    { "messageId": "m1", "index": 0, "status": "eligible" },
    { "messageId": "m2", "index": 1, "status": "failed_on_ingest",
      "code": "event_not_defined", "title": "Event not defined",
      "explanation": "A track call had no event name.",
      "remedy": "Send the name of what happened in the field event.",
      "pointer": "/event" }
  ]
}"#;

#[component]
pub(super) fn Batches() -> impl IntoView {
    view! {
        <ul class="docs__list">
            <li>"Each event of a batch is judged by itself: one that breaks a rule is refused, the others are taken."</li>
            <li>
                <code>"context"</code>" and "<code>"integrations"</code>
                " at the top of a batch are merged into each of its events, in depth; what an event says itself wins."
            </li>
            <li>
                "An event without "<code>"messageId"</code>" gets one; one without "<code>"timestamp"</code>
                " happened when it arrived."
            </li>
            <li>
                <code>"context.ip"</code>" is filled in where "<code>"context.direct"</code>" is "<code>"true"</code>
                " and no ip was sent."
            </li>
        </ul>
    }
}

#[component]
pub(super) fn Times() -> impl IntoView {
    view! {
        <p>
            "Clocks of phones and laptops are wrong. A library says when an event happened ("<code>"timestamp"</code>
            ") and when it was sent ("<code>"sentAt"</code>"), both by its own clock; Headwater knows when it arrived, and leaves the difference out:"
        </p>
        <pre class="code" tabindex="0" role="region" aria-label="When an event happened"><code>
            "happened = receivedAt − (sentAt − timestamp)"
        </code></pre>
        <p>
            "Without "<code>"sentAt"</code>", or with one that cannot be read, "<code>"timestamp"</code>
            " stands as it was sent. Times are ISO 8601, read kindly: one digit for month or day, a space for the T, no time of day, and UTC where no zone is named."
        </p>
    }
}

#[component]
pub(super) fn Duplicates(remembered_hours: i64) -> impl IntoView {
    view! {
        <p>
            "The same "<code>"messageId"</code>" again from the same source within "{remembered_hours}
            " hours is the same event: it is answered 200, not stored again, and counted beside the others as a duplicate. So it is always safe to send again what was not answered."
        </p>
    }
}
