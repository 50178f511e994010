//! The server's half of saving: a form is checked, done under the store's rules, and answered with an address or with the
//! form and what is wrong with it.

use super::api::{SettingsForm, SettingsInput};
use crate::error::AppError;
use crate::href;
use crate::state::AppState;
use domain::audit::Actor;
use domain::label::{LABELS_CHARS_MAX, Labels};
use domain::source::{Description, SOURCE_DESCRIPTION_CHARS_MAX, Source, SourceName, SourceSlug, Website};
use domain::write_key::{Grace, KeyName, LIVE_KEYS_MAX, WriteKey};
use store::StoreError;
use store::source::{Basics, ChangeError, SetEnabled};
use store::write_key::KeyChangeError;

/// Who acts until there are members.
const ACTOR: Actor = Actor::Local;

/// A form that was not taken.
type Refused = Box<SettingsForm>;

/// Does what the form asks for; where to go then, or the form to show again. `None`: there is no such source.
///
/// # Errors
/// The form with what is wrong with it; nothing was changed.
pub async fn save(state: &AppState, slug: &str, input: SettingsInput) -> Result<Option<String>, Refused> {
    let source = match store::source::by_slug(&state.store, slug).await {
        Ok(Some(source)) => source,
        Ok(None) => return Ok(None),
        Err(error) => return Err(failed(input, error)),
    };
    let done = match input.action.as_str() {
        "basics" => return basics(state, &source, input).await.map(Some),
        "enable" => set_enabled(state, &source, SetEnabled::Enable, input).await.map(|()| "enabled"),
        "disable" => set_enabled(state, &source, SetEnabled::Disable, input).await.map(|()| "disabled"),
        "add_key" => add_key(state, &source, input).await.map(|()| "key_added"),
        "rename_key" => rename_key(state, &source, input).await.map(|()| "key_renamed"),
        "rotate_key" => rotate_key(state, &source, input).await.map(|()| "key_rotated"),
        "revoke_key" => revoke_key(state, &source, input).await.map(|()| "key_revoked"),
        "delete" => return delete(state, &source, input).await.map(Some),
        _ => return Err(refused(input, 422, "This form is not known here. Load the page again.")),
    }?;
    Ok(Some(href::source_settings_after(&source.slug, done)))
}

async fn basics(state: &AppState, source: &Source, input: SettingsInput) -> Result<String, Refused> {
    let (input, basics) = check(input)?;
    let saved = store::source::update(&state.store, &source.id, input.version, &basics, ACTOR, (state.now)()).await;
    match saved {
        Ok(saved) => Ok(href::source_settings_after(&saved.slug, "saved")),
        Err(ChangeError::Stale(theirs)) => {
            let input = merged(input, &theirs);
            Err(Box::new(SettingsForm { input, is_stale: true, ..SettingsForm::default() }))
        }
        Err(ChangeError::SlugTaken { slug, free }) => {
            let slug_error = Some(format!("The slug “{slug}” is taken. “{free}” is free."));
            let input = shortened(input);
            Err(Box::new(SettingsForm { input, slug_error, ..SettingsForm::default() }))
        }
        Err(ChangeError::NotFound) => Err(refused(input, 404, "The source was deleted meanwhile.")),
        Err(ChangeError::Store(error)) => Err(failed(input, error)),
    }
}

/// What was typed, over what somebody else saved meanwhile. From now on the form is about that: whoever sends it again has
/// seen it.
fn merged(input: SettingsInput, theirs: &Source) -> SettingsInput {
    let labels = theirs.labels.to_string();
    // Forms are sent with line ends of their own.
    let over = |typed: String, was: &str, theirs: &str| {
        let is_untouched = typed.trim().replace("\r\n", "\n") == was.trim().replace("\r\n", "\n");
        if is_untouched { theirs.to_owned() } else { typed }
    };
    SettingsInput {
        version: theirs.version,
        name: over(input.name, &input.was_name, &theirs.name),
        slug: over(input.slug, &input.was_slug, &theirs.slug),
        description: over(input.description, &input.was_description, &theirs.description),
        website: over(input.website, &input.was_website, &theirs.website),
        labels: over(input.labels, &input.was_labels, &labels),
        was_name: theirs.name.clone(),
        was_slug: theirs.slug.clone(),
        was_description: theirs.description.clone(),
        was_website: theirs.website.clone(),
        was_labels: labels,
        ..input
    }
}

/// Decides whether what was filled in can be used.
fn check(input: SettingsInput) -> Result<(SettingsInput, Basics), Refused> {
    let name = SourceName::parse(&input.name).map_err(|error| error.sentence().to_owned());
    let slug = SourceSlug::parse(&input.slug).map_err(|error| error.sentence().to_owned());
    let description = Description::parse(&input.description).map_err(|error| error.sentence().to_owned());
    let website = Website::parse(&input.website).map_err(|error| error.sentence().to_owned());
    let labels = Labels::parse(&input.labels).map_err(|error| error.sentence());
    match (name, slug, description, website, labels) {
        (Ok(name), Ok(slug), Ok(description), Ok(website), Ok(labels)) => {
            Ok((input, Basics { name, slug, description, website, labels }))
        }
        (name, slug, description, website, labels) => Err(Box::new(SettingsForm {
            name_error: name.err(),
            slug_error: slug.err(),
            description_error: description.err(),
            website_error: website.err(),
            labels_error: labels.err(),
            input: shortened(input),
            ..SettingsForm::default()
        })),
    }
}

/// What was typed, cut where it could not be used any more.
fn shortened(input: SettingsInput) -> SettingsInput {
    let cut = |text: &str, chars: usize| text.chars().take(chars).collect::<String>();
    SettingsInput {
        name: cut(&input.name, SOURCE_DESCRIPTION_CHARS_MAX),
        slug: cut(&input.slug, SOURCE_DESCRIPTION_CHARS_MAX),
        description: cut(&input.description, 4 * SOURCE_DESCRIPTION_CHARS_MAX),
        website: cut(&input.website, SOURCE_DESCRIPTION_CHARS_MAX),
        labels: cut(&input.labels, 2 * LABELS_CHARS_MAX),
        was_name: cut(&input.was_name, SOURCE_DESCRIPTION_CHARS_MAX),
        was_slug: cut(&input.was_slug, SOURCE_DESCRIPTION_CHARS_MAX),
        was_description: cut(&input.was_description, SOURCE_DESCRIPTION_CHARS_MAX),
        was_website: cut(&input.was_website, SOURCE_DESCRIPTION_CHARS_MAX),
        was_labels: cut(&input.was_labels, LABELS_CHARS_MAX),
        key_name: cut(&input.key_name, SOURCE_DESCRIPTION_CHARS_MAX),
        confirm: cut(&input.confirm, SOURCE_DESCRIPTION_CHARS_MAX),
        ..input
    }
}

async fn set_enabled(state: &AppState, source: &Source, to: SetEnabled, input: SettingsInput) -> Result<(), Refused> {
    let switched = store::source::set_enabled(&state.store, &source.id, to, ACTOR, (state.now)()).await;
    switched.map_err(|error| failed(input, error))
}

/// What was filled in for a key's name, checked.
fn key_name(input: &SettingsInput) -> Result<KeyName, Refused> {
    KeyName::parse(&input.key_name).map_err(|error| {
        let key_name_error = Some(error.sentence().to_owned());
        Box::new(SettingsForm { input: shortened(input.clone()), key_name_error, ..SettingsForm::default() })
    })
}

async fn add_key(state: &AppState, source: &Source, input: SettingsInput) -> Result<(), Refused> {
    let name = key_name(&input)?;
    let key = WriteKey::from_random((state.random)());
    let added = store::write_key::add(&state.store, &source.id, &name, &key, ACTOR, (state.now)()).await;
    added.map(|_key| ()).map_err(|error| key_refused(input, error))
}

async fn rename_key(state: &AppState, source: &Source, input: SettingsInput) -> Result<(), Refused> {
    let name = key_name(&input)?;
    let (store, names) = (&state.store, (input.was.as_str(), &name));
    let renamed = store::write_key::rename(store, &source.id, &input.key, names, ACTOR, (state.now)()).await;
    renamed.map_err(|error| key_refused(input, error))
}

async fn rotate_key(state: &AppState, source: &Source, input: SettingsInput) -> Result<(), Refused> {
    let Some(grace) = Grace::from_code(&input.grace) else {
        return Err(refused(input, 422, "Choose how long the old key keeps working."));
    };
    let new = WriteKey::from_random((state.random)());
    let (store, now) = (&state.store, (state.now)());
    let rotated = store::write_key::rotate(store, &source.id, &input.key, grace, &new, ACTOR, now).await;
    rotated.map(|_key| ()).map_err(|error| key_refused(input, error))
}

async fn revoke_key(state: &AppState, source: &Source, input: SettingsInput) -> Result<(), Refused> {
    let revoked = store::write_key::revoke(&state.store, &source.id, &input.key, ACTOR, (state.now)()).await;
    revoked.map_err(|error| key_refused(input, error))
}

async fn delete(state: &AppState, source: &Source, input: SettingsInput) -> Result<String, Refused> {
    if input.confirm.trim() != source.name {
        let confirm_error = Some("This does not match yet.".to_owned());
        let input = shortened(input);
        return Err(Box::new(SettingsForm { input, confirm_error, ..SettingsForm::default() }));
    }
    match store::source::delete(&state.store, &source.id, ACTOR, (state.now)()).await {
        Ok(_deleted_now_or_before) => Ok(href::sources_after("deleted")),
        Err(error) => Err(failed(input, error)),
    }
}

fn key_refused(input: SettingsInput, error: KeyChangeError) -> Refused {
    match error {
        KeyChangeError::NotFound => refused(input, 404, "This source has no such key."),
        // What it is called now, the form says by itself.
        KeyChangeError::Renamed(_theirs) => {
            let key_name_error =
                Some("Somebody renamed this key since you opened it. Save again to put yours in its place.");
            let key_name_error = key_name_error.map(str::to_owned);
            Box::new(SettingsForm {
                input: shortened(input),
                key_name_error,
                is_stale: true,
                ..SettingsForm::default()
            })
        }
        KeyChangeError::NotActive => {
            refused(input, 409, "Somebody rotated or revoked this key already. The list shows how it is now.")
        }
        KeyChangeError::OnlyActive => {
            refused(input, 422, "The only active key cannot be revoked. Rotate it, or create another one first.")
        }
        KeyChangeError::TooMany => {
            refused(input, 422, &format!("{LIVE_KEYS_MAX} keys work already. Revoke one that is not used."))
        }
        KeyChangeError::KeyTaken => refused(input, 500, AppError::Internal.sentence()),
        KeyChangeError::Store(error) => failed(input, error),
    }
}

fn refused(input: SettingsInput, status: u16, sentence: &str) -> Refused {
    let failure = Some((status, sentence.to_owned()));
    Box::new(SettingsForm { input: shortened(input), failure, ..SettingsForm::default() })
}

fn failed(input: SettingsInput, error: StoreError) -> Refused {
    let error = AppError::from(error);
    refused(input, error.status(), error.sentence())
}

#[cfg(test)]
mod tests {
    use super::{SettingsInput, check};

    fn input(name: &str, slug: &str, labels: &str) -> SettingsInput {
        let text = |text: &str| text.to_owned();
        SettingsInput { name: text(name), slug: text(slug), labels: text(labels), ..SettingsInput::default() }
    }

    #[test]
    fn a_form_is_used_or_comes_back_whole_with_every_fault() {
        let (_, basics) = check(input(" متجر 🚀 ", "shop", "env:production")).expect("a usable form");
        assert_eq!((basics.name.as_str(), basics.slug.as_str()), ("متجر 🚀", "shop"));
        let form = check(input("", "Shop Web", "tier: gold")).expect_err("an unusable form");
        assert!(form.name_error.is_some() && form.slug_error.is_some() && form.website_error.is_none());
        let sentence = form.labels_error.clone().expect("a sentence");
        assert!(sentence.contains("“tier:”"), "{sentence}");
        assert_eq!((form.status(), form.input), (Some(422), input("", "Shop Web", "tier: gold")));
        let long = "x".repeat(100_000);
        let form = check(input(&long, &long, &long)).expect_err("too long");
        assert!(serde_json::to_string(&form).is_ok_and(|text| text.len() < 10_000));
    }
}
