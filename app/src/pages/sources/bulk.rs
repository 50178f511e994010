//! What is done with all chosen sources at once. Disabling loses events, and is asked first.

use super::api::SourcesForm;
use super::query::SourcesQuery;
use crate::ui::button::{Button, ButtonLook, LinkButton};
use crate::ui::dialog::{Dialog, DialogRole};
use crate::ui::icon::{Icon, IconView};
use leptos::prelude::*;

/// The form around the table: its boxes choose, its foot acts.
#[component]
pub(super) fn BulkForm(form: SourcesForm, query: SourcesQuery, children: Children) -> impl IntoView {
    let invalid = form.label_error.as_ref().map(|_| "true");
    let described = form.label_error.as_ref().map(|_| "bulk-label-error");
    let error = form.label_error.map(|error| {
        view! { <p class="field__error" id="bulk-label-error" role="alert"><IconView icon=Icon::CircleAlert />{error}</p> }
    });
    view! {
        <form method="post" action=query.href() aria-label="Chosen sources">
            {children()}
            <div class="table-foot bulk">
                <span class="bulk__words">"With the chosen:"</span>
                <span class="bulk__label">
                    <input class="input input--code" name="label" aria-label="Label, written as key:value" placeholder="key:value"
                        autocomplete="off" autocapitalize="none" spellcheck="false" value=form.input.label aria-invalid=invalid aria-describedby=described />
                    <button class="button" type="submit" name="action" value="label"><IconView icon=Icon::Tag />"Set label"</button>
                </span>
                <button class="button" type="submit" name="action" value="enable">"Enable"</button>
                <button class="button" type="submit" name="action" value="ask_disable">"Disable…"</button>
                {error}
            </div>
        </form>
    }
}

/// Asks.
#[component]
pub(super) fn DisableDialog(sources: Vec<(i64, String)>, query: SourcesQuery) -> impl IntoView {
    let close = SourcesQuery { disable: Vec::new(), ..query }.href();
    let (action, cancel) = (close.clone(), close.clone());
    let title = match sources.len() {
        1 => "Disable 1 source?".to_owned(),
        n => format!("Disable {n} sources?"),
    };
    let hidden =
        sources.iter().map(|(number, _)| view! { <input type="hidden" name="source" value=number.to_string() /> });
    let hidden = hidden.collect_view();
    let names = sources.into_iter().map(|(_, name)| view! { <li dir="auto">{name}</li> }).collect_view();
    view! {
        <Dialog title=title role=DialogRole::Alert close_href=close>
            <form method="post" action=action>
                <input type="hidden" name="action" value="disable" />
                {hidden}
                <div class="dialog__body">
                    <p class="muted">"Their events go on being counted, and all fail with "<code>"source_disabled"</code>" until somebody enables them again."</p>
                    <ul class="bulk__names">{names}</ul>
                </div>
                <div class="dialog__foot">
                    <LinkButton href=cancel stays=true>"Cancel"</LinkButton>
                    <Button look=ButtonLook::Danger>"Disable"</Button>
                </div>
            </form>
        </Dialog>
    }
}
