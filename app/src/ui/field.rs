//! A labelled row of a form with its hint or error. The control itself is a child that names `hint_id` in
//! `aria-describedby`.

use crate::ui::icon::{Icon, IconView};
use leptos::prelude::*;

/// A row of a form: label at the left, control and hint at the right.
#[component]
pub fn FieldRow(
    /// What to fill in.
    label: &'static str,
    /// The control's `id`.
    control_id: &'static str,
    /// The `id` of the hint or error.
    hint_id: &'static str,
    /// How to fill it in.
    hint: &'static str,
    /// What is wrong with what was filled in; stands in place of the hint.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// The control.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="setup__row">
            <label class="field__label" for=control_id>{label}</label>
            <div class="field">{children()} {move || view! { <Note id=hint_id hint=hint error=error.get() /> }}</div>
        </div>
    }
}

/// The same in a dialog: the label above the control.
#[component]
pub fn FieldStack(
    /// What to fill in.
    label: &'static str,
    /// The control's `id`.
    control_id: &'static str,
    /// The `id` of the hint or error.
    hint_id: &'static str,
    /// How to fill it in.
    hint: &'static str,
    /// What is wrong with what was filled in; stands in place of the hint.
    error: Option<String>,
    /// The control.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="field">
            <label class="field__label" for=control_id>{label}</label>
            {children()} <Note id=hint_id hint=hint error=error />
        </div>
    }
}

#[component]
fn Note(id: &'static str, hint: &'static str, error: Option<String>) -> impl IntoView {
    match error {
        Some(error) => {
            view! { <p class="field__error" id=id><IconView icon=Icon::CircleAlert />{error}</p> }.into_any()
        }
        None => view! { <p class="field__hint" id=id>{hint}</p> }.into_any(),
    }
}
