//! Takes the form: checks it, adds the source, or says what is wrong.

use super::{NewSourceForm, NewSourceInput};
use crate::error::AppError;
use crate::state::AppState;
use domain::audit::Actor;
use domain::catalog::connectable;
use domain::label::{LABELS_CHARS_MAX, Labels};
use domain::source::{SOURCE_NAME_CHARS_MAX, SOURCE_WEBSITE_CHARS_MAX, SourceName, SourceSlug, Website};
use store::source::{CreateError, NewSource};

/// Adds a source of that kind; its slug, or the form to show again.
///
/// # Errors
/// The form with what is wrong with it; nothing was added.
pub async fn create_source(state: &AppState, kind: &str, input: NewSourceInput) -> Result<String, Box<NewSourceForm>> {
    let new = check(kind, input.clone())?;
    let mut form = NewSourceForm { input, ..NewSourceForm::default() };
    match store::source::create(&state.store, new, (state.now)(), (state.random)()).await {
        Ok(created) => return Ok(created.source.slug),
        Err(CreateError::SlugTaken { slug, free }) => {
            form.slug_error = Some(format!("Another source has “{slug}”, or had it before. “{free}” is free."));
        }
        Err(CreateError::NameExhausted) => {
            form.name_error = Some("Too many sources have this name. Choose another one.".to_owned());
        }
        Err(CreateError::Store(error)) => form.failure = Some(AppError::from(error).sentence().to_owned()),
        // 192 random bits that were there before: something is wrong with us, not with the form.
        Err(CreateError::KeyTaken) => {
            form.failure = Some(AppError::internal("a new write key was taken already").sentence().to_owned());
        }
    }
    Err(Box::new(form))
}

/// Decides whether the form can be used.
fn check(kind: &str, input: NewSourceInput) -> Result<NewSource, Box<NewSourceForm>> {
    let name = SourceName::parse(&input.name);
    let slug = match input.slug.trim() {
        "" => Ok(None),
        slug => SourceSlug::parse(slug).map(Some),
    };
    let (website, labels) = (Website::parse(&input.website), Labels::parse(&input.labels));
    match (connectable(kind), name, slug, website, labels) {
        (Some(kind), Ok(name), Ok(slug), Ok(website), Ok(labels)) => {
            Ok(NewSource { name, slug, kind: kind.slug.clone(), website, labels, actor: Actor::Local })
        }
        (kind, name, slug, website, labels) => Err(Box::new(NewSourceForm {
            name_error: name.err().map(|error| error.sentence().to_owned()),
            slug_error: slug.err().map(|error| error.sentence().to_owned()),
            website_error: website.err().map(|error| error.sentence().to_owned()),
            labels_error: labels.err().map(|error| error.sentence()),
            failure: kind.is_none().then(|| "There is no such kind of source.".to_owned()),
            input: shortened(input),
        })),
    }
}

/// What was typed, cut where it could not be used any more.
fn shortened(input: NewSourceInput) -> NewSourceInput {
    let cut = |text: String, chars_max: usize| text.chars().take(2 * chars_max).collect();
    NewSourceInput {
        name: cut(input.name, SOURCE_NAME_CHARS_MAX),
        slug: cut(input.slug, SOURCE_NAME_CHARS_MAX),
        website: cut(input.website, SOURCE_WEBSITE_CHARS_MAX),
        labels: cut(input.labels, LABELS_CHARS_MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::{NewSourceInput, check};

    fn named(name: &str) -> NewSourceInput {
        NewSourceInput { name: name.to_owned(), ..NewSourceInput::default() }
    }

    #[test]
    fn a_form_is_used_or_comes_back_with_what_is_wrong() {
        let new = check("python", named(" Shop ")).expect("a usable form");
        assert_eq!((new.name.as_str(), new.kind.as_str(), new.slug), ("Shop", "python", None));

        let full = NewSourceInput {
            slug: "shop-web".to_owned(),
            website: "shop.example".to_owned(),
            labels: "env:production, team:web".to_owned(),
            ..named("Shop")
        };
        let new = check("javascript", full).expect("a usable form");
        assert_eq!(new.slug.as_ref().map(|slug| slug.as_str()), Some("shop-web"));
        assert_eq!(
            (new.website.as_str(), new.labels.to_string().as_str()),
            ("https://shop.example", "env:production team:web")
        );

        let odd = NewSourceInput {
            slug: "new".to_owned(),
            website: "htps://shop".to_owned(),
            labels: "production".to_owned(),
            ..named("!!!")
        };
        let form = check("go", odd.clone()).expect_err("an unusable form");
        let errors = [&form.name_error, &form.slug_error, &form.website_error, &form.labels_error];
        assert!(errors.iter().all(|error| error.is_some()), "{form:?}");
        assert_eq!((form.input, form.failure), (odd, None));
    }

    #[test]
    fn what_cannot_be_added_is_not_added_and_long_texts_are_cut() {
        for kind in ["cobol", "braze", "upollo", ""] {
            assert!(check(kind, named("Shop")).expect_err("no such kind").failure.is_some(), "{kind}");
        }
        let form = check("go", named(&"x".repeat(10_000))).expect_err("a name that is too long");
        assert!(form.input.name.len() < 1_000);
    }
}
