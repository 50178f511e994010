//! Fields for a moment in the reader's zone: a date and a time as text, or one field of the browser's own.

use super::draft::{Clock, Fields, Objection, Part};
use crate::ui::icon::{Icon, IconView};
use domain::civil::LocalTime;
use leptos::prelude::*;

/// A date and a time as text.
#[component]
pub(in super::super) fn MomentFields(
    /// What is asked for.
    label: &'static str,
    /// What stands in them.
    fields: RwSignal<Fields>,
    /// The reader's zone and now.
    clock: StoredValue<Clock>,
    /// Somebody typed.
    #[prop(default = Callback::new(|()| {}))]
    on_typed: Callback<()>,
    /// What is wrong, with this or another moment.
    objection: Signal<Option<Objection>>,
    /// The `id` of the element that says so.
    note_id: &'static str,
) -> impl IntoView {
    let field = move |part: Part, name: &'static str| {
        let wrong = move || {
            let edge = fields.with(|fields| fields.edge);
            let hit = |objection: &Objection| objection.edge == edge && [part, Part::Moment].contains(&objection.part);
            objection.with(|objection| objection.as_ref().is_some_and(hit)).then_some("true")
        };
        view! {
            <input
                class="input"
                type="text"
                aria-label=format!("{label}, {name}")
                aria-invalid=wrong
                aria-describedby=note_id
                prop:value=move || fields.with(|fields| fields.text(part).to_owned())
                on:input=move |event| {
                    fields.update(|fields| fields.type_in(part, event_target_value(&event)));
                    on_typed.run(());
                }
                on:blur=move |_| clock.with_value(|clock| fields.update(|fields| fields.tidy(clock)))
            />
        }
    };
    view! {
        <fieldset class="field">
            <legend class="field__label">{label}</legend>
            <div class="picker__pair">{field(Part::Date, "date")} {field(Part::Time, "time")}</div>
        </fieldset>
    }
}

/// What would be shown, or why nothing can be.
#[component]
pub(in super::super) fn Verdict(
    /// Its `id`, for the fields.
    id: &'static str,
    /// Either of the two.
    verdict: Signal<Result<String, Objection>>,
) -> impl IntoView {
    let said = move || match verdict.get() {
        Ok(text) => view! { <span>{text}</span> }.into_any(),
        Err(objection) => {
            view! { <span class="field__error"><IconView icon=Icon::CircleAlert />{objection.text}</span> }.into_any()
        }
    };
    view! { <p class="picker__verdict" id=id aria-live="polite">{said}</p> }
}

/// One field of the browser's own, which takes what is kept and nothing else.
#[component]
pub(in super::super) fn LocalField(
    /// What is asked for.
    label: &'static str,
    /// The parameter.
    name: &'static str,
    /// What stands in it.
    value: LocalTime,
    /// The reader's zone and now.
    clock: Clock,
) -> impl IntoView {
    let end_of_today = LocalTime::new(clock.today().plus_days(1), 0);
    view! {
        <label class="field">
            <span class="field__label">{label}</span>
            <input
                class="input"
                type="datetime-local"
                name=name
                value=value.iso()
                min=clock.first_kept().iso()
                max=end_of_today.iso()
                required
            />
        </label>
    }
}

/// What a form carries along: the rest of the page's state, and the zone in which its times are.
#[component]
pub(in super::super) fn Carried(
    /// The page's state.
    fields: Vec<(&'static str, String)>,
    /// The parameter that the form replaces.
    without: &'static str,
    /// The zone's name.
    zone: String,
) -> impl IntoView {
    let kept = fields.into_iter().filter(|(name, _)| *name != without && *name != "page");
    let kept = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    view! {
        <input type="hidden" name="zone" value=zone />
        {kept.collect_view()}
    }
}
