//! What libraries load before they send: the settings document of Segment's (browser and mobile) and RudderStack's. Without
//! the right fields in it the browser library never starts, or sends to Segment, or without a key.

use super::Tracking;
use super::answer::Refusal;
use super::credentials::{usable, write_key};
use super::forwarded::{Origin, origin};
use crate::entity_tag;
use axum::extract::{Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::sync::Arc;

/// Browsers may use a document for five minutes without asking again: Segment's takes up to thirty to change.
pub const CACHED: &str = "public, max-age=300";

/// `GET /v1/projects/<key>/settings`
///
/// # Errors
/// Why there is none.
pub async fn of_segment(
    State(tracking): State<Arc<Tracking>>,
    Path(key): Path<String>,
    head: Parts,
) -> Result<Response, Refusal> {
    let origin = origin(&head).ok_or(Refusal::HostUnusable)?;
    let key = usable(&key).ok_or(Refusal::SettingsUnknown)?;
    match tracking.rules_of(Some(&key)).await {
        Ok(_) => Ok(respond(&head.headers, &segment(&key, &origin))),
        Err(Refusal::WriteKeyUnknown) => Err(Refusal::SettingsUnknown),
        Err(refusal) => Err(refusal),
    }
}

/// `GET /sourceConfig?writeKey=<key>`
///
/// # Errors
/// Why there is none.
pub async fn of_rudderstack(State(tracking): State<Arc<Tracking>>, head: Parts) -> Result<Response, Refusal> {
    let key = write_key(&head.headers, head.uri.query());
    let rules = tracking.rules_of(key.as_deref()).await?;
    Ok(respond(&head.headers, &rudderstack(&rules.source.0.to_string())))
}

/// `apiHost` and `protocol` lead a bare snippet here; `apiKey` is the key that the library then sends. A `sampleRate` of 0
/// keeps it from reporting metrics of itself, which say nothing about our sources and cost the visitor a request.
fn segment(key: &str, origin: &Origin) -> Value {
    let every = json!({ "__default": { "enabled": true, "integrations": {} } });
    json!({
        "integrations": {
            "Segment.io": {
                "apiKey": key,
                "apiHost": format!("{}/v1", origin.host),
                "protocol": origin.protocol,
                "unbundledIntegrations": [],
                "addBundledMetadata": false,
            },
        },
        "plan": { "track": every, "identify": every, "group": every },
        "edgeFunction": {},
        "enabledMiddleware": {},
        "metrics": { "sampleRate": 0 },
        "legacyVideoPluginsEnabled": false,
        "remotePlugins": [],
    })
}

/// Events go to the data plane that the page names to the library, which is this server. `enabled` also for a source that
/// is switched off: its events are counted as such, which a library that keeps them would prevent.
fn rudderstack(source_id: &str) -> Value {
    let off = json!({ "enabled": false });
    json!({
        "source": {
            "id": source_id,
            "name": "Headwater",
            "workspaceId": "headwater",
            "enabled": true,
            "config": { "statsCollection": { "errors": off, "metrics": off } },
            "destinations": [],
            "connections": [],
            "dataplanes": {},
        },
    })
}

fn respond(request: &HeaderMap, document: &Value) -> Response {
    let text = document.to_string();
    let tag = entity_tag::of(text.as_bytes());
    let mut response = if entity_tag::is_known(request, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHED));
    headers.insert(header::VARY, HeaderValue::from_static("host, x-forwarded-host, x-forwarded-proto, authorization"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}
