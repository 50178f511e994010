//! Labels in a form: a chip for each, which can be taken off, and a field that adds more. Without JavaScript the field holds
//! all of them as text, under the same name.
//! Keyboard: Enter in the field adds what stands in it; in an empty one it sends the form, as anywhere.

use crate::ui::field::FieldRow;
use crate::ui::icon::{Icon, IconView};
use domain::label::{LABELS_CHARS_MAX, Label, Labels};
use leptos::ev::KeyboardEvent;
use leptos::html::Input;
use leptos::prelude::*;
use web_sys::{Event, EventInit};

/// What the form sends.
const NAME: &str = "labels";

/// The row of a form that holds labels.
#[component]
pub fn LabelField(
    /// The labels as text, perhaps with something that is none.
    value: String,
    /// How to fill it in.
    hint: &'static str,
    /// What is wrong with what was filled in.
    error: Option<String>,
    /// What else stands below the field.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let state = Chips::new(&value, error);
    Effect::new(move |_| state.wake());
    let key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && !event.is_composing() && !state.typed().trim().is_empty() {
            event.prevent_default();
            state.add();
        }
    };
    view! {
        <FieldRow label="Labels" control_id=NAME hint_id="labels-hint" hint=hint error=state.fault>
            <ul class="label-field__chips with-script" aria-label="Chosen labels" hidden=move || state.labels.with(Labels::is_empty)>
                <For each=move || state.list() key=Label::clone let(label)><Chip label=label state=state /></For>
            </ul>
            <div class="label-field__new">
                <input
                    class="input input--code"
                    id=NAME
                    name=NAME
                    value=value
                    maxlength=LABELS_CHARS_MAX.to_string()
                    placeholder="key:value"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    dir="auto"
                    aria-invalid=move || state.fault.with(Option::is_some).then_some("true")
                    aria-describedby="labels-hint"
                    node_ref=state.field
                    on:input=move |_| state.write()
                    on:keydown=key
                />
                <button class="button with-script" type="button" on:click=move |_| state.add()>
                    <IconView icon=Icon::Plus />"Add label"
                </button>
            </div>
            <input type="hidden" name=NAME disabled node_ref=state.sent />
            {children.map(|children| children())}
        </FieldRow>
    }
}

#[component]
fn Chip(label: Label, state: Chips) -> impl IntoView {
    let text = label.to_string();
    view! {
        <li class="chip">
            <code class="chip__value" dir="auto">{text.clone()}</code>
            <button class="chip__remove" type="button" aria-label=format!("Remove label {text}") on:click=move |_| state.remove(&label)>
                <IconView icon=Icon::X />
            </button>
        </li>
    }
}

/// What is chosen, and the elements that hold it.
#[derive(Clone, Copy)]
struct Chips {
    labels: RwSignal<Labels>,
    fault: RwSignal<Option<String>>,
    field: NodeRef<Input>,
    /// Takes the field's name once scripts are awake.
    sent: NodeRef<Input>,
}

impl Chips {
    fn new(text: &str, fault: Option<String>) -> Self {
        let labels = RwSignal::new(Labels::split(text).0);
        Self { labels, fault: RwSignal::new(fault), field: NodeRef::new(), sent: NodeRef::new() }
    }

    /// From here on the field holds only what is to be added; somebody may have typed in it already.
    fn wake(self) {
        let (Some(field), Some(sent)) = (self.field.get(), self.sent.get()) else { return };
        let (labels, rest) = Labels::split(&field.value());
        self.labels.set(labels);
        field.set_value(&rest);
        field.set_name("");
        sent.set_disabled(false);
        self.write();
    }

    fn typed(self) -> String {
        self.field.get_untracked().map(|field| field.value()).unwrap_or_default()
    }

    fn list(self) -> Vec<Label> {
        self.labels.with(|labels| labels.iter().cloned().collect())
    }

    /// What is typed and not added yet is sent, too: nobody has to press the button first.
    fn write(self) {
        let Some(sent) = self.sent.get_untracked() else { return };
        let mut labels = self.labels.get_untracked();
        let text = match with(&mut labels, &self.typed()) {
            Ok(()) => labels.to_string(),
            Err(_) => format!("{} {}", self.labels.get_untracked(), self.typed()),
        };
        if sent.value() != text {
            sent.set_value(&text);
            tell(&sent);
        }
    }

    fn add(self) {
        let mut labels = self.labels.get_untracked();
        let added = with(&mut labels, &self.typed());
        if added.is_ok() {
            self.labels.set(labels);
        }
        if let Some(field) = self.field.get_untracked() {
            if added.is_ok() {
                field.set_value("");
            }
            // An element that is in the page takes the focus.
            let _done = field.focus();
        }
        self.fault.set(added.err());
        self.write();
    }

    fn remove(self, label: &Label) {
        self.labels.update(|labels| labels.remove(label.key()));
        self.write();
        if let Some(field) = self.field.get_untracked() {
            // An element that is in the page takes the focus: the button that had it is gone.
            let _done = field.focus();
        }
    }
}

/// Adds the labels of a text, each in place of the one with its key; or says what is wrong with it.
fn with(labels: &mut Labels, text: &str) -> Result<(), String> {
    let new = Labels::parse(text).map_err(|error| error.sentence())?;
    new.iter().try_for_each(|label| labels.set(label.clone())).map_err(|error| error.sentence())
}

/// Tells the form of a change, as a field does in which somebody types.
fn tell(input: &web_sys::HtmlInputElement) {
    let bubbling = EventInit::new();
    bubbling.set_bubbles(true);
    if let Ok(event) = Event::new_with_event_init_dict("input", &bubbling) {
        // Whether somebody stopped it does not matter.
        let _default_runs = input.dispatch_event(&event);
    }
}

#[cfg(test)]
mod tests {
    use super::{Labels, with};

    #[test]
    fn what_is_added_takes_the_place_of_what_has_its_key() {
        let mut labels = Labels::parse("env:dev team:web").expect("labels");
        assert_eq!(with(&mut labels, "env:production, tier:gold"), Ok(()));
        assert_eq!(labels.to_string(), "env:production team:web tier:gold");
        assert!(with(&mut labels, "tier: gold").is_err_and(|sentence| sentence.contains("“tier:”")));
        assert_eq!(with(&mut labels, " "), Ok(()));
    }
}
