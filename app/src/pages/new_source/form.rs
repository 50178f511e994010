//! The form. What can't be used comes back as it was typed, with what to do beside it.

use super::api::{NewSourceForm, propose_slug};
use crate::href;
use crate::ui::button::{Button, ButtonLook, LinkButton};
use crate::ui::callout::{Callout, CalloutTone};
use crate::ui::field::FieldRow;
use crate::ui::label_field::LabelField;
use domain::catalog::CatalogKind;
use domain::source::{SOURCE_NAME_CHARS_MAX, SOURCE_SLUG_CHARS_MAX, SOURCE_WEBSITE_CHARS_MAX};
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use leptos::{html, task};
use std::time::Duration;

/// How long nobody must have typed before a slug is proposed.
const TYPING_PAUSE: Duration = Duration::from_millis(200);

#[component]
pub(super) fn FormView(form: NewSourceForm, slug: String, kind: CatalogKind) -> impl IntoView {
    let NewSourceForm { input, name_error, slug_error, website_error, labels_error, failure } = form;
    let proposal = Proposal::new(!input.slug.is_empty());
    let website = (kind == CatalogKind::Website)
        .then(|| view! { <WebsiteField value=input.website error=website_error /> }.into_any());
    view! {
        <form class="panel" method="post" action=href::new_source(&slug) aria-label="New source">
            <div class="setup__form">
                {failure.map(|failure| view! {
                    <Callout tone=CalloutTone::Danger title="The source was not added">{failure}</Callout>
                })}
                <FieldRow label="Name" control_id="name" hint_id="name-hint" hint="Say what sends the events, not who reads them." error=name_error.clone()>
                    <input
                        class="input"
                        id="name"
                        name="name"
                        value=input.name
                        required
                        dir="auto"
                        maxlength=SOURCE_NAME_CHARS_MAX.to_string()
                        autocomplete="off"
                        aria-invalid=name_error.is_some().then_some("true")
                        aria-describedby="name-hint"
                        on:input=move |event| proposal.follow(event_target_value(&event))
                    />
                </FieldRow>
                <FieldRow label="Slug" control_id="slug" hint_id="slug-hint" hint="Stands in its addresses. Left empty, it is made from the name." error=slug_error.clone()>
                    <input
                        class="input"
                        id="slug"
                        name="slug"
                        value=input.slug
                        maxlength=SOURCE_SLUG_CHARS_MAX.to_string()
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        aria-invalid=slug_error.is_some().then_some("true")
                        aria-describedby="slug-hint"
                        node_ref=proposal.slug
                        on:input=move |event| proposal.is_own.set_value(!event_target_value(&event).is_empty())
                    />
                </FieldRow>
                {website}
                <LabelField value=input.labels hint="Written as key:value, for example env:production team:web. May stay empty." error=labels_error />
            </div>
            <div class="setup__foot">
                <LinkButton href=href::catalog()>"Cancel"</LinkButton>
                <Button look=ButtonLook::Primary>"Add source"</Button>
            </div>
        </form>
    }
}

#[component]
fn WebsiteField(value: String, #[prop(optional_no_strip)] error: Option<String>) -> impl IntoView {
    let invalid = error.is_some().then_some("true");
    view! {
        <FieldRow label="Website URL" control_id="website" hint_id="website-hint" hint="Where its visitors go. May stay empty." error=error>
            <input
                class="input"
                id="website"
                name="website"
                r#type="text"
                inputmode="url"
                value=value
                maxlength=SOURCE_WEBSITE_CHARS_MAX.to_string()
                autocomplete="off"
                aria-invalid=invalid
                aria-describedby="website-hint"
            />
        </FieldRow>
    }
}

/// The slug that follows the name for as long as nobody has written one of their own.
#[derive(Clone, Copy)]
struct Proposal {
    slug: NodeRef<html::Input>,
    is_own: StoredValue<bool>,
    pause: StoredValue<Option<TimeoutHandle>>,
    asked: StoredValue<u32>,
}

impl Proposal {
    fn new(is_own: bool) -> Self {
        Self {
            slug: NodeRef::new(),
            is_own: StoredValue::new(is_own),
            pause: StoredValue::new(None),
            asked: StoredValue::new(0),
        }
    }

    /// Asks for the slug of this name once nobody types any more.
    fn follow(self, name: String) {
        if let Some(pause) = self.pause.try_update_value(Option::take).flatten() {
            pause.clear();
        }
        let ask = move || {
            let Some(asked) = self.asked.try_update_value(|asked| {
                *asked += 1;
                *asked
            }) else {
                return;
            };
            task::spawn_local(async move {
                // Without an answer the field stays as it is: an empty one is filled in by the server.
                if let Ok(slug) = propose_slug(name).await {
                    self.show(&slug.unwrap_or_default(), asked);
                }
            });
        };
        self.pause.set_value(set_timeout_with_handle(ask, TYPING_PAUSE).ok());
    }

    /// Only the latest answer counts, and only while the form is there.
    fn show(self, slug: &str, asked: u32) {
        let is_latest = self.asked.try_get_value() == Some(asked) && self.is_own.try_get_value() == Some(false);
        if let Some(input) = self.slug.try_get_untracked().flatten().filter(|_| is_latest) {
            input.set_value(slug);
        }
    }
}
