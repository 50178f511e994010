//! Adding a source. The form is posted to the page's own address, with and without JavaScript alike: `server` calls
//! `create_source`, answers 303 to the new source's overview, or shows the page again with `NewSourceForm` as context.

use serde::{Deserialize, Serialize};

/// What somebody filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSourceInput {
    /// As typed.
    #[serde(default)]
    pub name: String,
    /// Slug of a catalog entry.
    #[serde(default)]
    pub kind: String,
}

/// What the page shows again: what was filled in and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSourceForm {
    /// What was filled in.
    pub input: NewSourceInput,
    /// What is wrong with the name.
    pub name_error: Option<String>,
    /// What is wrong with the kind.
    pub kind_error: Option<String>,
    /// Why it could not be added though nothing is wrong with it.
    pub failure: Option<String>,
}

#[cfg(feature = "ssr")]
pub use on_server::create_source;

#[cfg(feature = "ssr")]
mod on_server {
    use super::{NewSourceForm, NewSourceInput};
    use crate::error::AppError;
    use crate::state::AppState;
    use domain::catalog::{CatalogEntry, connectable};
    use domain::source::{SOURCE_NAME_CHARS_MAX, SourceName};
    use store::source::{CreateError, NewSource};

    /// Adds a source; its slug, or the form to show again.
    ///
    /// # Errors
    /// The form with what is wrong with it; nothing was added.
    pub async fn create_source(state: &AppState, input: NewSourceInput) -> Result<String, Box<NewSourceForm>> {
        let (name, kind) = check(input.clone())?;
        let mut form = NewSourceForm { input, ..NewSourceForm::default() };
        let new = NewSource::named(name, kind.slug.as_str());
        match store::source::create(&state.store, new, (state.now)(), (state.random)()).await {
            Ok(created) => return Ok(created.source.slug),
            Err(CreateError::Store(error)) => form.failure = Some(AppError::from(error).sentence().to_owned()),
            Err(CreateError::KeyTaken) => form.failure = Some(AppError::Internal.sentence().to_owned()),
            Err(error @ (CreateError::NameExhausted | CreateError::SlugTaken { .. })) => {
                form.name_error = Some(format!("Choose another name: {error}."));
            }
        }
        Err(Box::new(form))
    }

    /// Decides whether the form can be used.
    fn check(input: NewSourceInput) -> Result<(SourceName, &'static CatalogEntry), Box<NewSourceForm>> {
        match (SourceName::parse(&input.name), connectable(&input.kind)) {
            (Ok(name), Some(kind)) => Ok((name, kind)),
            (name, kind) => Err(Box::new(NewSourceForm {
                name_error: name.err().map(|error| error.sentence().to_owned()),
                kind_error: kind.is_none().then(|| "Choose a kind of the list.".to_owned()),
                failure: None,
                input: NewSourceInput { name: shortened(&input.name), ..input },
            })),
        }
    }

    /// What was typed, cut where no name could be any more.
    fn shortened(name: &str) -> String {
        name.chars().take(4 * SOURCE_NAME_CHARS_MAX).collect()
    }

    #[cfg(test)]
    mod tests {
        use super::{NewSourceInput, check};

        fn input(name: &str, kind: &str) -> NewSourceInput {
            NewSourceInput { name: name.to_owned(), kind: kind.to_owned() }
        }

        #[test]
        fn a_form_is_used_or_comes_back_with_what_is_wrong() {
            let (name, kind) = check(input(" Shop ", "python")).expect("a usable form");
            assert_eq!((name.as_str(), kind.slug.as_str()), ("Shop", "python"));

            let form = check(input("!!!", "cobol")).expect_err("an unusable form");
            assert!(form.name_error.is_some() && form.kind_error.is_some());
            assert_eq!(form.input, input("!!!", "cobol"));

            let form = check(input("Shop", "")).expect_err("a form without a kind");
            assert_eq!((form.name_error, form.kind_error.is_some()), (None, true));

            let form = check(input(&"x".repeat(10_000), "go")).expect_err("a name that is too long");
            assert!(form.input.name.len() < 1_000);
        }
    }
}
