//! The form that adds a source.

pub mod api;

use crate::href;
use crate::pages::new_source::api::NewSourceForm;
use crate::ui::button::{Button, ButtonLook, LinkButton};
use crate::ui::callout::{Callout, CalloutTone};
use crate::ui::field::FieldRow;
use crate::ui::page_head::{Crumb, PageHead};
use domain::catalog::{CatalogEntry, CatalogKind, Support, connectable, entries};
use domain::source::SOURCE_NAME_CHARS_MAX;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// What most people add first.
const DEFAULT_KIND: &str = "javascript";

/// The form that adds a source.
#[component]
pub fn NewSource() -> impl IntoView {
    // The server may have looked at a filled-in form already; the browser must draw the same first.
    let form = SharedValue::new(|| use_context::<NewSourceForm>().unwrap_or_default()).into_inner();
    #[cfg(feature = "ssr")]
    set_status(&form);
    view! {
        <Title text="Add a source" />
        <PageHead
            title="Add a source"
            crumbs=vec![Crumb::link("Sources", href::sources()), Crumb::here("Add a source")]
            lead="Headwater makes the write key when you add the source. The kind cannot be changed later."
        />
        <div class="frame__content frame__content--top">
            <div class="setup">
                <Form form=form />
                <Next />
            </div>
        </div>
    }
}

#[component]
fn Form(form: NewSourceForm) -> impl IntoView {
    let NewSourceForm { input, name_error, kind_error, failure } = form;
    let name_invalid = name_error.as_ref().map(|_| "true");
    let kind_invalid = kind_error.as_ref().map(|_| "true");
    view! {
        <form class="panel" method="post" action=href::new_source() aria-label="New source">
            <div class="setup__form">
                {failure.map(|failure| view! {
                    <Callout tone=CalloutTone::Danger title="The source was not added">{failure}</Callout>
                })}
                <FieldRow label="Name" control_id="name" hint_id="name-hint" hint="Say what sends the events, not who reads them." error=name_error>
                    <input
                        class="input"
                        id="name"
                        name="name"
                        value=input.name
                        required
                        maxlength=SOURCE_NAME_CHARS_MAX.to_string()
                        autocomplete="off"
                        aria-invalid=name_invalid
                        aria-describedby="name-hint"
                    />
                </FieldRow>
                <FieldRow label="Kind" control_id="kind" hint_id="kind-hint" hint="What the library or device that sends the events runs on." error=kind_error>
                    <select class="input" id="kind" name="kind" required aria-invalid=kind_invalid aria-describedby="kind-hint">
                        <Kinds chosen=chosen_kind(&input.kind) />
                    </select>
                </FieldRow>
            </div>
            <div class="setup__foot">
                <LinkButton href=href::sources()>"Cancel"</LinkButton>
                <Button look=ButtonLook::Primary>"Add source"</Button>
            </div>
        </form>
    }
}

/// The kind to start with: what was filled in, else what the address says (`?kind=go`), else the most common.
fn chosen_kind(filled_in: &str) -> &'static str {
    let asked = use_query_map().with_untracked(|query| query.get("kind")).unwrap_or_default();
    connectable(filled_in).or_else(|| connectable(&asked)).map_or(DEFAULT_KIND, |kind| kind.slug.as_str())
}

#[component]
fn Kinds(chosen: &'static str) -> impl IntoView {
    let option = move |kind: &'static CatalogEntry| {
        view! { <option value=kind.slug.as_str() selected=kind.slug == chosen>{kind.name.as_str()}</option> }
    };
    let groups = CatalogKind::ALL.map(|category| {
        let kinds = entries().filter(move |kind| kind.kind == category && kind.support == Support::Connects);
        view! { <optgroup label=category.title()>{kinds.map(option).collect_view()}</optgroup> }
    });
    groups.collect_view()
}

#[component]
fn Next() -> impl IntoView {
    view! {
        <aside class="panel setup__aside" aria-labelledby="next">
            <h2 id="next">"What comes next"</h2>
            <p class="muted">
                "The source’s page opens with its write key. Put the key into your library, and the first event shows up there within seconds."
            </p>
        </aside>
    }
}

/// 422 for a form that has to be mended, 500 for one that we could not keep.
#[cfg(feature = "ssr")]
fn set_status(form: &NewSourceForm) {
    use crate::error::AppError;
    let wrong = form.name_error.as_ref().or(form.kind_error.as_ref());
    let _status_is_set = match (&form.failure, wrong) {
        (Some(_), _) => Some(AppError::Internal.answer()),
        (None, Some(sentence)) => Some(AppError::invalid(sentence.as_str())),
        (None, None) => None,
    };
}
