//! What the settings show, and what their forms send. Every form is posted to the page's own address, with and without
//! JavaScript alike: `server` calls `save`, answers 303 to the page, or shows it again with `SettingsForm` as context.

use crate::error::AppError;
use crate::pages::source_overview::api::SourceHead;
use crate::ui::moment::Moment;
use crate::wire::Wire;
use domain::write_key::Grace;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsPage {
    /// The source.
    pub head: SourceHead,
    /// Its keys, the working ones first.
    pub keys: Vec<KeyRow>,
    /// When a key rotated now would stop working, for each grace time.
    pub graces: Vec<(Grace, String)>,
    /// Received in the last 24 hours.
    pub received: u64,
    /// When nothing would be left of it, if it were deleted now.
    pub purge: String,
    /// What is kept for how long, and what is taken.
    pub limits: Limits,
}

/// A key as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRow {
    /// In addresses.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The key.
    pub key: String,
    /// The day it was made.
    pub created: Moment,
    /// When it was last used.
    pub last_used: Option<Moment>,
    /// Whether it works.
    pub state: KeyLook,
}

/// Whether a key works, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyLook {
    /// It does.
    Active,
    /// It does until then.
    Grace(String),
    /// It does not, since then.
    Expired(String),
    /// Somebody ended it then.
    Revoked(String),
}

/// The limits that hold today, as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// How long events are kept.
    pub events: String,
    /// How long counts are kept.
    pub counts: String,
    /// What one event and one batch may be.
    pub sizes: String,
}

/// Reads what the page shows.
#[server(prefix = "/_app", endpoint = "source_settings", input = GetUrl, output = Wire)]
pub async fn source_settings(
    /// As it stands in the address.
    slug: String,
) -> Result<SettingsPage, AppError> {
    super::read::page(&slug).await
}

/// What a form of the page sends; which fields depends on `action`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SettingsInput {
    /// What is to be done: see `save`.
    pub action: String,
    /// The version that was read.
    pub version: i64,
    /// As typed.
    pub name: String,
    /// As typed.
    pub slug: String,
    /// As typed.
    pub description: String,
    /// As typed.
    pub website: String,
    /// As typed.
    pub labels: String,
    /// The name in the version that was read; so below.
    pub was_name: String,
    /// The slug.
    pub was_slug: String,
    /// The description.
    pub was_description: String,
    /// The website.
    pub was_website: String,
    /// The labels.
    pub was_labels: String,
    /// Which key.
    pub key: String,
    /// As typed.
    pub key_name: String,
    /// What the key was called when the form was made.
    pub was: String,
    /// Code of a grace time.
    pub grace: String,
    /// As typed.
    pub confirm: String,
}

/// A form that has to be shown again: what was filled in and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsForm {
    /// What was filled in.
    pub input: SettingsInput,
    /// What is wrong with the name.
    pub name_error: Option<String>,
    /// What is wrong with the slug.
    pub slug_error: Option<String>,
    /// What is wrong with the description.
    pub description_error: Option<String>,
    /// What is wrong with the website.
    pub website_error: Option<String>,
    /// What is wrong with the labels.
    pub labels_error: Option<String>,
    /// What is wrong with a key's name.
    pub key_name_error: Option<String>,
    /// What is wrong with the typed confirmation.
    pub confirm_error: Option<String>,
    /// Somebody changed the source, or the key that the form is about, since this form was opened.
    pub is_stale: bool,
    /// Why it could not be done though nothing is wrong with the form, and the status that says so.
    pub failure: Option<(u16, String)>,
}

impl SettingsForm {
    /// The form, if it asks for this; else one that was not sent.
    #[must_use]
    pub fn of(&self, action: &str) -> Self {
        if self.input.action == action { self.clone() } else { Self::default() }
    }

    /// The status of the page that shows the form again; `None` for one that was not sent.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        let errors = [
            &self.name_error,
            &self.slug_error,
            &self.description_error,
            &self.website_error,
            &self.labels_error,
            &self.key_name_error,
            &self.confirm_error,
        ];
        match &self.failure {
            Some((status, _)) => Some(*status),
            None if self.is_stale => Some(409),
            None => errors.iter().any(|error| error.is_some()).then_some(422),
        }
    }
}
