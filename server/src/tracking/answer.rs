//! What the Tracking API answers. Success is exactly `200 {"success":true}`: some SDKs resend on any other 2xx, some
//! parse the body. Errors carry `code` and `message`: without both, Segment's older Python library retries for ever.

use super::receipt::Receipt;
use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::discard::DiscardReason;
use serde::Serialize;

/// In how many seconds the client may send again: for the SDKs that do not read `Retry-After`.
pub const RATE_LIMIT_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");
/// When a client may come back that found the server busy or its store failing, in seconds: the store is tried again as
/// often.
const RETRY_AFTER_SECONDS: u32 = 1;

/// Everything was taken.
#[must_use]
pub fn success() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], r#"{"success":true}"#).into_response()
}

/// Everything was taken, and this became of it.
#[must_use]
pub fn success_with(receipts: &[Receipt]) -> Response {
    Json(Success { success: true, receipts }).into_response()
}

#[derive(Serialize)]
struct Success<'a> {
    success: bool,
    receipts: &'a [Receipt],
}

/// Why a request was not answered with success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It could not be read as events, or was over a size limit.
    Unreadable(DiscardReason),
    /// The workspace sends more often than it may; seconds until it may again.
    RateLimited(u32),
    /// The body ended early.
    BodyIncomplete,
    /// The body took too long.
    BodyTooSlow,
    /// Nothing named a write key.
    WriteKeyMissing,
    /// No source has this key.
    WriteKeyUnknown,
    /// More is under way than this server can take at once.
    Busy,
    /// The store cannot take events, or be read, at the moment.
    Unavailable,
    /// No source has the key in the path of a settings document.
    SettingsUnknown,
    /// The request does not say by which name it reached us.
    HostUnusable,
    /// This build carries no such file of the browser library.
    LibraryMissing,
    /// The source has no event with this messageId.
    ReceiptUnknown,
    /// No such path.
    PathUnknown,
    /// Not the path's method.
    MethodNotAllowed,
    /// A bug of ours.
    Internal,
}

impl Refusal {
    fn status(self) -> StatusCode {
        match self {
            Self::Unreadable(_) | Self::BodyIncomplete | Self::HostUnusable => StatusCode::BAD_REQUEST,
            Self::RateLimited(_) | Self::Busy => StatusCode::TOO_MANY_REQUESTS,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::WriteKeyMissing | Self::WriteKeyUnknown => StatusCode::UNAUTHORIZED,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::SettingsUnknown | Self::LibraryMissing | Self::ReceiptUnknown | Self::PathUnknown => {
                StatusCode::NOT_FOUND
            }
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::Unreadable(reason) => reason.code(),
            Self::RateLimited(_) => DiscardReason::RateLimited.code(),
            Self::BodyIncomplete => "body_incomplete",
            Self::BodyTooSlow => "body_too_slow",
            Self::WriteKeyMissing => "write_key_missing",
            Self::WriteKeyUnknown | Self::SettingsUnknown => "write_key_unknown",
            Self::Busy => "busy",
            Self::Unavailable => "unavailable",
            Self::HostUnusable => "host_unusable",
            Self::LibraryMissing => "library_missing",
            Self::ReceiptUnknown => "receipt_unknown",
            Self::PathUnknown => "path_unknown",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Internal => "internal_error",
        }
    }

    fn message(self) -> String {
        match self {
            Self::Unreadable(reason) => return format!("{} {}", reason.explanation(), reason.remedy()),
            Self::RateLimited(seconds) => {
                return format!("This workspace sends more requests than it may. Send this one again in {seconds} s.");
            }
            Self::BodyIncomplete => "The body ended before it was complete. Send it again.",
            Self::BodyTooSlow => "The body did not arrive in time. Send it again.",
            Self::WriteKeyMissing => {
                "No write key. Send it as the user of Basic authentication with an empty password, in the header \
                 X-Write-Key, in the query, or as writeKey in the body."
            }
            Self::WriteKeyUnknown | Self::SettingsUnknown => {
                "No source has this write key. Copy the key from the source's page."
            }
            Self::Busy => "More events are waiting than can be written at once. Nothing was stored; send them again.",
            Self::Unavailable => "The event store does not work right now. Nothing was stored; send them again.",
            Self::HostUnusable => "The Host header is missing, or is not a host name with or without a port.",
            Self::LibraryMissing => "This server was built without the browser library. Load it from npm instead.",
            Self::ReceiptUnknown => {
                "This source has no event with this messageId. Events are kept for 14 days after they arrived."
            }
            Self::PathUnknown => {
                "No such endpoint. Send events to /v1/track, identify, page, screen, group, alias or batch."
            }
            Self::MethodNotAllowed => "This endpoint does not take this method. Events are sent with POST.",
            Self::Internal => "Something went wrong in the server, and its log says what. Send the request again.",
        }
        .to_owned()
    }

    /// In how many seconds it makes sense to send it again.
    fn retry_after_seconds(self) -> Option<u32> {
        match self {
            Self::RateLimited(seconds) => Some(seconds),
            Self::Busy | Self::Unavailable => Some(RETRY_AFTER_SECONDS),
            Self::Unreadable(_)
            | Self::BodyIncomplete
            | Self::BodyTooSlow
            | Self::WriteKeyMissing
            | Self::WriteKeyUnknown
            | Self::SettingsUnknown
            | Self::HostUnusable
            | Self::LibraryMissing
            | Self::ReceiptUnknown
            | Self::PathUnknown
            | Self::MethodNotAllowed
            | Self::Internal => None,
        }
    }

    /// The answer, which lists what became of each event where that was asked for.
    #[must_use]
    pub fn with_receipts(self, receipts: Option<&[Receipt]>) -> Response {
        let message = self.message();
        let body = Failure { success: false, code: self.code(), message: &message, error: &message, receipts };
        let mut response = (self.status(), Json(body)).into_response();
        if let Some(seconds) = self.retry_after_seconds() {
            let seconds = HeaderValue::from(seconds);
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, seconds.clone());
            if self.status() == StatusCode::TOO_MANY_REQUESTS {
                headers.insert(RATE_LIMIT_RESET, seconds);
            }
        }
        response
    }
}

/// `error` repeats the message for the Ruby library, which looks for nothing else.
#[derive(Serialize)]
struct Failure<'a> {
    success: bool,
    code: &'static str,
    message: &'a str,
    error: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipts: Option<&'a [Receipt]>,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.with_receipts(None)
    }
}
