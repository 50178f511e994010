//! What can be called, and what each call needs.

use crate::ui::badge::Tag;
use crate::ui::code::CodeName;
use leptos::prelude::*;

/// A line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Endpoint {
    method: &'static str,
    path: &'static str,
    purpose: &'static str,
    required: &'static str,
}

const fn post(path: &'static str, purpose: &'static str, required: &'static str) -> Endpoint {
    Endpoint { method: "POST", path, purpose, required }
}

const fn get(path: &'static str, purpose: &'static str, required: &'static str) -> Endpoint {
    Endpoint { method: "GET", path, purpose, required }
}

const SOMEBODY: &str = "userId or anonymousId";

/// Calls first, then what libraries ask for by themselves.
pub(super) const ENDPOINTS: [Endpoint; 18] = [
    post("/v1/identify", "Who the user is.", SOMEBODY),
    post("/v1/track", "What the user did.", "userId or anonymousId, event"),
    post("/v1/page", "A web page was seen.", SOMEBODY),
    post("/v1/screen", "An app screen was seen.", SOMEBODY),
    post("/v1/group", "The user belongs to an account.", "userId or anonymousId, groupId"),
    post("/v1/alias", "Two ids are one person.", "userId, previousId"),
    post("/v1/batch", "Many calls at once.", "batch; type in each"),
    post("/v1/import", "The same, from older libraries.", "batch; type in each"),
    post("/v1/b", "The same, from browsers and apps.", "batch; type in each"),
    post("/v1/i /t /p /s /g /a", "Short routes of analytics.js.", "as the calls above"),
    get(
        "/v1/pixel/track",
        "Any of the six calls, from a mail; the answer is always the 1 × 1 image.",
        "data (base64) or plain parameters",
    ),
    get("/v1/receipts/{messageId}", "What became of an event.", "write key"),
    get("/v1/projects/{writeKey}/settings", "What libraries load when they start.", "nothing"),
    get("/analytics.js/v1/{writeKey}/analytics.min.js", "The browser library itself.", "nothing"),
    post("/v1/m", "Libraries’ own metrics: taken, never counted as events.", "nothing"),
    post("/beacon/v1/batch", "Batches that RudderStack’s browser library sends as a page is left.", "writeKey, batch"),
    get("/sourceConfig", "What RudderStack’s browser library loads when it starts.", "writeKey"),
    post("/api/s/{call}", "The calls of Jitsu’s browser library.", "as the calls above"),
];

#[component]
pub(super) fn Endpoints(origin: String) -> impl IntoView {
    let rows = ENDPOINTS.map(|endpoint| {
        let Endpoint { method, path, purpose, required } = endpoint;
        view! {
            <tr>
                <td class="cell-s"><Tag text=method /></td>
                <th scope="row">
                    <CodeName name=path />
                    <span class="cell-sub">{method}" · "{purpose}</span>
                </th>
                <td class="cell-s muted">{purpose}</td>
                <td>{required}</td>
            </tr>
        }
    });
    view! {
        <p>
            "Base address "<code>{origin}</code>". Bodies are JSON, whatever their content type says; "
            <code>"Content-Encoding: gzip"</code>" and "<code>"deflate"</code>" are understood. Browsers may call from any site."
        </p>
        <div class="panel"><div class="table-box"><table class="table docs__table">
            <caption class="sr-only">"Endpoints"</caption>
            <thead>
                <tr>
                    <th scope="col" class="cell-s docs__col-method">"Method"</th>
                    <th scope="col" class="docs__col-path">"Path"</th>
                    <th scope="col" class="cell-s">"For"</th>
                    <th scope="col">"Required"</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table></div></div>
    }
}
