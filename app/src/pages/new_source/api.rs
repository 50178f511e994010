//! Adding a source. The form is posted to the page's own address, with and without JavaScript alike: `server` calls
//! `create_source`, answers 303 to the new source, or shows the page again with `NewSourceForm` as context.

use crate::error::AppError;
use crate::wire::Wire;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

/// What somebody filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewSourceInput {
    /// As typed.
    pub name: String,
    /// As typed, or as proposed.
    pub slug: String,
    /// As typed.
    pub website: String,
    /// As typed.
    pub labels: String,
}

/// What the page shows again: what was filled in and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSourceForm {
    /// What was filled in.
    pub input: NewSourceInput,
    /// What is wrong with the name.
    pub name_error: Option<String>,
    /// What is wrong with the slug.
    pub slug_error: Option<String>,
    /// What is wrong with the website's address.
    pub website_error: Option<String>,
    /// What is wrong with the labels.
    pub labels_error: Option<String>,
    /// Why it could not be added though nothing is wrong with it.
    pub failure: Option<String>,
}

impl NewSourceForm {
    /// What is wrong with the first field that has to be mended.
    #[must_use]
    pub fn first_error(&self) -> Option<&str> {
        let errors = [&self.name_error, &self.slug_error, &self.website_error, &self.labels_error];
        errors.into_iter().find_map(Option::as_deref)
    }
}

/// The slug that a source of this name would get at the moment; none if it can't be a name.
#[server(prefix = "/_app", endpoint = "propose_slug", input = GetUrl, output = Wire)]
pub async fn propose_slug(#[doc = "As typed."] name: String) -> Result<Option<String>, AppError> {
    use domain::source::SourceName;

    let state = crate::request::state()?;
    let Ok(name) = SourceName::parse(&name) else { return Ok(None) };
    let slug = store::source::propose_slug(&state.store, &name).await?;
    Ok(Some(slug.as_str().to_owned()))
}

#[cfg(feature = "ssr")]
mod create;

#[cfg(feature = "ssr")]
pub use create::create_source;
