//! What a server function answers when it can't do what it was asked. Made once, where the fault is seen: that sets the
//! HTTP status of the page or the call and writes the one log line. Details stay in the log.

use crate::wire::WireText;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// The one error of the pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppError {
    /// There is nothing of that name (404).
    NotFound,
    /// The person can mend it; the sentence says how (422).
    Invalid {
        /// What to tell the person.
        sentence: String,
    },
    /// It may work in a moment (503).
    Unavailable {
        /// What to tell the person.
        sentence: String,
    },
    /// A fault of ours (500).
    Internal,
}

impl AppError {
    /// A few words for the head of an error state.
    #[must_use]
    pub fn title(&self) -> &'static str {
        match self {
            Self::NotFound => "Nothing at this address",
            Self::Invalid { .. } => "This request can’t be used",
            Self::Unavailable { .. } => "No answer",
            Self::Internal => "Something failed on our side",
        }
    }

    /// What to tell the person.
    #[must_use]
    pub fn sentence(&self) -> &str {
        match self {
            Self::NotFound => "It may have been renamed or deleted.",
            Self::Invalid { sentence } | Self::Unavailable { sentence } => sentence,
            Self::Internal => "Headwater’s web part failed. Events are still being received and kept; nothing is lost.",
        }
    }

    /// The HTTP status that belongs to it.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::Invalid { .. } => 422,
            Self::Unavailable { .. } => 503,
            Self::Internal => 500,
        }
    }
}

/// Its sentence.
impl From<AppError> for String {
    fn from(error: AppError) -> Self {
        error.sentence().to_owned()
    }
}

#[cfg(feature = "ssr")]
impl AppError {
    /// There is nothing of that name.
    #[must_use]
    pub fn not_found() -> Self {
        Self::NotFound.answer()
    }

    /// The person can mend it.
    pub fn invalid(sentence: impl Into<String>) -> Self {
        Self::Invalid { sentence: sentence.into() }.answer()
    }

    /// A fault of ours: logged here, shown without its details.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        tracing::error!(%error, "a page or a server function failed");
        Self::Internal.answer()
    }

    /// Something that a page is no less a page without: logged, and the answer keeps its status.
    pub(crate) fn of_part(error: store::StoreError) -> Self {
        if error.is_busy_or_full() {
            tracing::warn!(%error, "the store is busy or full");
            let sentence = "The database is busy or its disk is full. Try again in a moment.".to_owned();
            return Self::Unavailable { sentence };
        }
        tracing::error!(%error, "the store failed a page or a server function");
        Self::Internal
    }

    /// Sets the status of the answer that is being made.
    pub(crate) fn answer(self) -> Self {
        let options = leptos::prelude::use_context::<leptos_axum::ResponseOptions>();
        if let (Some(options), Ok(status)) = (options, http::StatusCode::from_u16(self.status())) {
            options.set_status(status);
        }
        self
    }
}

#[cfg(feature = "ssr")]
impl From<store::StoreError> for AppError {
    fn from(error: store::StoreError) -> Self {
        Self::of_part(error).answer()
    }
}

impl FromServerFnError for AppError {
    type Encoder = WireText;

    /// Faults of the call itself. On the server: arguments that can't be read. In the browser: no answer, or not ours.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => unreadable(),
            #[cfg(feature = "ssr")]
            ServerFnErrorErr::Deserialization(_) => unreadable(),
            ServerFnErrorErr::Request(_) => Self::Unavailable {
                sentence: "Headwater did not answer. Check the connection and try again.".to_owned(),
            },
            #[cfg(feature = "ssr")]
            other => Self::internal(other),
            #[cfg(not(feature = "ssr"))]
            _ => Self::Internal,
        }
    }
}

fn unreadable() -> AppError {
    let error = AppError::Invalid { sentence: "The address or form holds a value that can’t be read.".to_owned() };
    #[cfg(feature = "ssr")]
    let error = error.answer();
    error
}
