//! What the server answers, and what a client should do about it.

use crate::ui::code::CodeName;
use leptos::prelude::*;

/// A line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Answer {
    status: &'static str,
    codes: &'static [&'static str],
    meaning: &'static str,
    headers: &'static [&'static str],
    remedy: &'static str,
}

const ANSWERS: [Answer; 9] = [
    Answer {
        status: "200",
        codes: &[],
        meaning: "Taken and on disk. Events that broke a rule are taken, too: they are counted as refused, with the reason.",
        headers: &[],
        remedy: "Nothing. Do not send it again.",
    },
    Answer {
        status: "400",
        codes: &["invalid_json", "payload_too_large", "batch_too_large", "body_incomplete"],
        meaning: "The request could not be read, or was too large.",
        headers: &[],
        remedy: "Mend it; the same again fails again. Send only body_incomplete again as it was.",
    },
    Answer {
        status: "401",
        codes: &["write_key_missing", "write_key_unknown"],
        meaning: "No source has this write key, or there was none. Counted on the Sources page.",
        headers: &[],
        remedy: "Copy the key of the source again.",
    },
    Answer {
        status: "404",
        codes: &["path_unknown", "receipt_unknown"],
        meaning: "No such endpoint, or no event with this messageId.",
        headers: &[],
        remedy: "Look at the path: most libraries add /v1 to their host by themselves.",
    },
    Answer {
        status: "405",
        codes: &["method_not_allowed"],
        meaning: "The endpoint is there, but not for this method.",
        headers: &["Allow"],
        remedy: "Send events with POST.",
    },
    Answer {
        status: "408",
        codes: &["body_too_slow"],
        meaning: "The body did not arrive in time. Nothing of it was taken.",
        headers: &[],
        remedy: "Send it again.",
    },
    Answer {
        status: "429",
        codes: &["rate_limited", "busy"],
        meaning: "More requests than the limit, or more events than can be written at once. Nothing of it was taken.",
        headers: &["Retry-After", "X-RateLimit-Reset"],
        remedy: "Wait as many seconds as a header says, then send it again unchanged.",
    },
    Answer {
        status: "500",
        codes: &["internal_error"],
        meaning: "A bug in Headwater. Its log says more.",
        headers: &[],
        remedy: "Send it again.",
    },
    Answer {
        status: "503",
        codes: &["unavailable"],
        meaning: "Events cannot be stored at the moment, say because the disk is full. Nothing of it was taken.",
        headers: &["Retry-After"],
        remedy: "Wait as many seconds as Retry-After says, then send it again unchanged.",
    },
];

#[component]
pub(super) fn Answers() -> impl IntoView {
    let rows = ANSWERS.map(|answer| {
        let codes = view! { <Codes codes=answer.codes /> };
        let headers = answer.headers.iter().map(|header| view! { <code>{*header}</code> });
        view! {
            <tr>
                <th scope="row">
                    <code>{answer.status}</code>
                    {(!answer.codes.is_empty()).then_some(codes)}
                </th>
                <td>
                    {answer.meaning}
                    <span class="cell-sub">{answer.remedy}</span>
                </td>
                <td class="cell-s">{answer.remedy}</td>
                <td class="cell-m"><span class="docs__codes">{headers.collect_view()}</span></td>
            </tr>
        }
    });
    view! {
        <p>
            <code>"200 {\"success\":true}"</code>
            " means stored, not valid: a refused event still gets 200, so that libraries do not send it again for hours. Every other answer is JSON, too, and says what is wrong:"
        </p>
        <pre class="code" tabindex="0" role="region" aria-label="An error"><code>
            {ERROR}
        </code></pre>
        <div class="panel"><div class="table-box"><table class="table docs__table">
            <caption class="sr-only">"Answers"</caption>
            <thead>
                <tr>
                    <th scope="col" class="docs__col-answer">"Status and code"</th>
                    <th scope="col">"Meaning"</th>
                    <th scope="col" class="cell-s">"What to do"</th>
                    <th scope="col" class="cell-m">"Headers"</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table></div></div>
    }
}

const ERROR: &str =
    r#"{"success":false,"code":"write_key_missing","message":"No write key. …","error":"No write key. …"}"#;

#[component]
fn Codes(codes: &'static [&'static str]) -> impl IntoView {
    let codes = codes.iter().map(|code| view! { <CodeName name=code /> });
    view! { <span class="row-name__desc docs__codes">{codes.collect_view()}</span> }
}
