//! What the Tracking API answers. Success is exactly `200 {"success":true}`: some SDKs resend on any other 2xx, some
//! parse the body. Errors carry `code` and `message`: without both, Segment's older Python library retries for ever.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::discard::DiscardReason;
use serde_json::json;

/// Everything was taken.
#[must_use]
pub fn success() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], r#"{"success":true}"#).into_response()
}

/// Why a request was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It could not be read as events, or was over a size limit.
    Unreadable(DiscardReason),
    /// The body ended early.
    BodyIncomplete,
    /// The body took too long.
    BodyTooSlow,
    /// Neither a header nor the body named a write key.
    WriteKeyMissing,
    /// No source has this key.
    WriteKeyUnknown,
    /// The store cannot take events at the moment.
    Unavailable,
    /// No such path.
    PathUnknown,
    /// Not a POST.
    MethodNotAllowed,
}

impl Refusal {
    fn status(self) -> StatusCode {
        match self {
            Self::Unreadable(_) | Self::BodyIncomplete => StatusCode::BAD_REQUEST,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::WriteKeyMissing | Self::WriteKeyUnknown => StatusCode::UNAUTHORIZED,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::PathUnknown => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::Unreadable(reason) => reason.code(),
            Self::BodyIncomplete => "body_incomplete",
            Self::BodyTooSlow => "body_too_slow",
            Self::WriteKeyMissing => "write_key_missing",
            Self::WriteKeyUnknown => "write_key_unknown",
            Self::Unavailable => "unavailable",
            Self::PathUnknown => "path_unknown",
            Self::MethodNotAllowed => "method_not_allowed",
        }
    }

    fn message(self) -> String {
        match self {
            Self::Unreadable(reason) => return format!("{} {}", reason.explanation(), reason.remedy()),
            Self::BodyIncomplete => "The body ended before it was complete. Send it again.",
            Self::BodyTooSlow => "The body did not arrive within 20 seconds. Send it again.",
            Self::WriteKeyMissing => {
                "No write key. Send it as the user of Basic authentication with an empty password, or as writeKey in the body."
            }
            Self::WriteKeyUnknown => "No source has this write key. Copy the key from the source's page.",
            Self::Unavailable => "The event store cannot take events right now. Nothing was stored; send them again.",
            Self::PathUnknown => {
                "No such endpoint. Send events to /v1/track, identify, page, screen, group, alias or batch."
            }
            Self::MethodNotAllowed => "Send events with POST.",
        }
        .to_owned()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let message = self.message();
        let body = json!({ "success": false, "code": self.code(), "message": message, "error": message });
        let mut response = (self.status(), Json(body)).into_response();
        if self == Self::Unavailable {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
