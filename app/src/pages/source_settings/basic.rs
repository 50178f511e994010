//! What people say about a source. The form carries the version that was read: whoever saves second is told, and sees what
//! was saved meanwhile beside what was typed. What was left as it was follows what is saved.

use super::api::{SettingsForm, SettingsInput};
use crate::href;
use crate::ui::button::{Button, ButtonLook, LinkButton};
use crate::ui::field::FieldRow;
use crate::ui::label_field::LabelField;
use crate::ui::unsaved::Unsaved;
use domain::source::{
    SOURCE_DESCRIPTION_CHARS_MAX, SOURCE_NAME_CHARS_MAX, SOURCE_SLUG_CHARS_MAX, SOURCE_WEBSITE_CHARS_MAX, Source,
};
use leptos::prelude::*;

#[component]
pub(super) fn Basic(source: Source, form: SettingsForm) -> impl IntoView {
    let (action, discard) = (href::source_settings(&source.slug), href::source_settings(&source.slug));
    let form = form.of("basics");
    let input = if form.input.action.is_empty() { as_saved(&source) } else { form.input.clone() };
    let saved = form.is_stale.then(|| as_saved(&source));
    let unsaved = Unsaved::new(fields(as_saved(&source)));
    let theirs = |field: fn(&SettingsInput) -> &String| {
        let saved = saved.as_ref().map(field).filter(|saved| *saved != field(&input)).cloned();
        saved.map(|saved| view! { <Theirs text=saved /> })
    };
    let theirs = [
        theirs(|input| &input.name),
        theirs(|input| &input.slug),
        theirs(|input| &input.description),
        theirs(|input| &input.website),
        theirs(|input| &input.labels),
    ];
    let [their_name, their_slug, their_description, their_website, their_labels] = theirs;
    let SettingsForm { name_error, slug_error, description_error, website_error, labels_error, .. } = form.clone();
    let invalid = |error: &Option<String>| error.as_ref().map(|_| "true");
    view! {
        <section class="panel" id="basic" aria-labelledby="basic-title">
            <div class="panel__head">
                <h2 id="basic-title">"Basic"</h2>
                <Switch source=source.clone() />
            </div>
            <form method="post" action=action aria-label="Basic settings" node_ref=unsaved.form()
                on:input=move |_| unsaved.look() on:submit=move |_| unsaved.let_go()>
                <input type="hidden" name="action" value="basics" />
                <input type="hidden" name="version" value=input.version.to_string() />
                <input type="hidden" name="was_name" value=input.was_name.clone() />
                <input type="hidden" name="was_slug" value=input.was_slug.clone() />
                <input type="hidden" name="was_description" value=input.was_description.clone() />
                <input type="hidden" name="was_website" value=input.was_website.clone() />
                <input type="hidden" name="was_labels" value=input.was_labels.clone() />
                <div class="setup__form">
                    <FieldRow label="Name" control_id="name" hint_id="name-hint" hint="Say what sends the events, not who reads them." error=name_error.clone()>
                        <input class="input" id="name" name="name" dir="auto" required autocomplete="off" value=input.name.clone()
                            maxlength=SOURCE_NAME_CHARS_MAX.to_string() aria-invalid=invalid(&name_error) aria-describedby="name-hint" />
                        {their_name}
                    </FieldRow>
                    <FieldRow label="Slug" control_id="slug" hint_id="slug-hint" hint="Stands in addresses and on the command line. The former one goes on leading here." error=slug_error.clone()>
                        <input class="input" id="slug" name="slug" dir="auto" required autocomplete="off" spellcheck="false" value=input.slug.clone()
                            maxlength=SOURCE_SLUG_CHARS_MAX.to_string() aria-invalid=invalid(&slug_error) aria-describedby="slug-hint" />
                        {their_slug}
                    </FieldRow>
                    <FieldRow label="Description" control_id="description" hint_id="description-hint" hint="For your colleagues: what it covers, who looks after it." error=description_error.clone()>
                        <textarea class="input input--area" id="description" name="description" dir="auto" rows="2"
                            maxlength=SOURCE_DESCRIPTION_CHARS_MAX.to_string() aria-invalid=invalid(&description_error) aria-describedby="description-hint">
                            {input.description.clone()}
                        </textarea>
                        {their_description}
                    </FieldRow>
                    <FieldRow label="Website" control_id="website" hint_id="website-hint" hint="Where its visitors are, for example https://shop.example." error=website_error.clone()>
                        <input class="input" id="website" name="website" inputmode="url" autocomplete="off" spellcheck="false" value=input.website.clone()
                            maxlength=SOURCE_WEBSITE_CHARS_MAX.to_string() aria-invalid=invalid(&website_error) aria-describedby="website-hint" />
                        {their_website}
                    </FieldRow>
                    <LabelField value=input.labels.clone() hint="Written as key:value, for example env:production team:web. One value for each key." error=labels_error>
                        {their_labels}
                    </LabelField>
                </div>
                <div class="setup__foot">
                    <span class="setup__note" aria-live="polite">{move || unsaved.words()}</span>
                    <LinkButton href=discard external=true on:click=move |_| unsaved.let_go()>"Discard"</LinkButton>
                    <button class="button button--primary" type="submit" disabled=move || unsaved.is_clean()>"Save"</button>
                </div>
            </form>
        </section>
    }
}

/// The form as it is before anybody types.
fn as_saved(source: &Source) -> SettingsInput {
    SettingsInput {
        version: source.version,
        name: source.name.clone(),
        slug: source.slug.clone(),
        description: source.description.clone(),
        website: source.website.clone(),
        labels: source.labels.to_string(),
        was_name: source.name.clone(),
        was_slug: source.slug.clone(),
        was_description: source.description.clone(),
        was_website: source.website.clone(),
        was_labels: source.labels.to_string(),
        ..SettingsInput::default()
    }
}

/// What the form sends, by the names of its fields.
fn fields(input: SettingsInput) -> Vec<(&'static str, String)> {
    let SettingsInput { name, slug, description, website, labels, .. } = input;
    vec![("name", name), ("slug", slug), ("description", description), ("website", website), ("labels", labels)]
}

/// What somebody else saved in this field.
#[component]
pub(super) fn Theirs(text: String) -> impl IntoView {
    let text = if text.is_empty() {
        view! { <i>"nothing"</i> }.into_any()
    } else {
        view! { <b dir="auto">{text}</b> }.into_any()
    };
    view! { <p class="settings__theirs">"Saved meanwhile: "{text}</p> }
}

/// Switching on is done at once; switching off loses events, and is asked first.
#[component]
fn Switch(source: Source) -> impl IntoView {
    if source.enabled {
        let ask = href::source_settings_dialog(&source.slug, "disable", "1");
        view! { <LinkButton href=ask stays=true>"Disable source…"</LinkButton> }.into_any()
    } else {
        view! {
            <form method="post" action=href::source_settings(&source.slug)>
                <input type="hidden" name="action" value="enable" />
                <Button look=ButtonLook::Primary>"Enable source"</Button>
            </form>
        }
        .into_any()
    }
}
