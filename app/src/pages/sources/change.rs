//! The server's half of changing many sources at once.

use super::api::{SourcesForm, SourcesInput};
use super::query::{SELECTED_MAX, SourcesQuery};
use crate::error::AppError;
use crate::href;
use crate::state::AppState;
use domain::audit::Actor;
use domain::label::Label;
use store::StoreError;
use store::source::{Labelled, SetEnabled};

/// Sources that a sentence names at most.
const NAMED_MAX: usize = 3;
/// Who acts until there are members.
const ACTOR: Actor = Actor::Local;

impl SourcesInput {
    /// Reads the fields of the form.
    #[must_use]
    pub fn of_fields(fields: Vec<(String, String)>) -> Self {
        let mut input = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "action" => input.action = value,
                "label" => input.label = value.chars().take(256).collect(),
                "source" if input.sources.len() < SELECTED_MAX => input.choose(&value),
                _ => {}
            }
        }
        input
    }

    /// Reads `3`, or `3@7` where version 7 of source 3 was read.
    fn choose(&mut self, text: &str) {
        let (number, version) = text.split_once('@').unwrap_or((text, ""));
        if let Ok(number) = number.parse() {
            self.sources.push(number);
            self.versions.extend(version.parse().ok().map(|version| (number, version)));
        }
    }
}

/// Does what the form asks for; where to go then, or the form to show again.
///
/// # Errors
/// The form with what is wrong with it; nothing was changed.
pub async fn change(state: &AppState, query: &SourcesQuery, input: SourcesInput) -> Result<String, Box<SourcesForm>> {
    let back = SourcesQuery { disable: Vec::new(), ..query.clone() };
    if input.sources.is_empty() {
        return Ok(href::sources_with(&back.fields(), "none"));
    }
    let done = match input.action.as_str() {
        "ask_disable" => return Ok(SourcesQuery { disable: input.sources, ..back }.href()),
        "disable" => set_enabled(state, &input, SetEnabled::Disable).await.map(|()| "disabled"),
        "enable" => set_enabled(state, &input, SetEnabled::Enable).await.map(|()| "enabled"),
        "restore" => restore(state, &input).await,
        "label" => match Label::parse(input.label.trim()) {
            Ok(label) => match set_label(state, &input, &label).await {
                Ok(Labelled::Done { full, .. }) if full.is_empty() => Ok("labelled"),
                Ok(Labelled::Done { .. }) => Ok("some_labelled"),
                Ok(Labelled::Stale(names)) => {
                    let failure = Some((409, stale(&names, label.key())));
                    return Err(Box::new(SourcesForm { input, label_error: None, failure }));
                }
                Err(error) => Err(error),
            },
            Err(error) => {
                let label_error = Some(error.sentence().to_owned());
                return Err(Box::new(SourcesForm { input, label_error, failure: None }));
            }
        },
        _ => {
            let failure = Some((422, "This form is not known here. Load the page again.".to_owned()));
            return Err(Box::new(SourcesForm { input, label_error: None, failure }));
        }
    };
    match done {
        Ok(done) => Ok(href::sources_with(&back.fields(), done)),
        Err(error) => {
            let error = AppError::from(error);
            let failure = Some((error.status(), error.sentence().to_owned()));
            Err(Box::new(SourcesForm { input, label_error: None, failure }))
        }
    }
}

/// The ids of the chosen sources.
async fn ids(state: &AppState, input: &SourcesInput) -> Result<Vec<(i64, String)>, StoreError> {
    store::source::ids(&state.store, &input.sources).await
}

async fn set_enabled(state: &AppState, input: &SourcesInput, to: SetEnabled) -> Result<(), StoreError> {
    let ids = ids(state, input).await?;
    let ids: Vec<&str> = ids.iter().map(|(_, id)| id.as_str()).collect();
    store::source::set_enabled_many(&state.store, &ids, to, ACTOR, (state.now)()).await.map(|_changed| ())
}

async fn set_label(state: &AppState, input: &SourcesInput, label: &Label) -> Result<Labelled, StoreError> {
    let ids = ids(state, input).await?;
    let chosen = ids.iter().map(|(number, id)| (id.as_str(), input.versions.get(number).copied()));
    let chosen: Vec<(&str, Option<i64>)> = chosen.collect();
    store::source::label_many(&state.store, &chosen, label, ACTOR, (state.now)()).await
}

/// Says whose label would have been replaced unseen.
fn stale(names: &[String], key: &str) -> String {
    let mut named: Vec<String> = names.iter().take(NAMED_MAX).map(|name| format!("“{name}”")).collect();
    if names.len() > NAMED_MAX {
        named.push(format!("{} more", names.len() - NAMED_MAX));
    }
    let named = named.join(", ");
    format!(
        "Somebody changed {named} since you opened this list, and “{key}” has another value there now. The list shows it: \
         set the label again to put yours in its place."
    )
}

async fn restore(state: &AppState, input: &SourcesInput) -> Result<&'static str, StoreError> {
    let mut restored = "gone";
    for (_, id) in ids(state, input).await? {
        if store::source::restore(&state.store, &id, ACTOR, (state.now)()).await?.is_some() {
            restored = "restored";
        }
    }
    Ok(restored)
}

#[cfg(test)]
mod tests {
    use super::{SourcesInput, stale};

    #[test]
    fn a_form_names_its_sources_one_by_one() {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let chosen = ["3@7", "x", "5", "6@", "@2"].map(|text| field("source", text));
        let input = SourcesInput::of_fields([vec![field("action", "label")], chosen.into()].concat());
        assert_eq!((input.action.as_str(), input.sources), ("label", vec![3, 5, 6]));
        assert_eq!(input.versions.into_iter().collect::<Vec<_>>(), [(3, 7)]);
        let many = (0..500).map(|n| field("source", &n.to_string())).collect();
        assert_eq!(SourcesInput::of_fields(many).sources.len(), super::SELECTED_MAX);
    }

    #[test]
    fn a_sentence_names_a_few_sources() {
        let names = |n: usize| (0..n).map(|n| n.to_string()).collect::<Vec<_>>();
        assert!(stale(&names(1), "env").starts_with("Somebody changed “0” since"));
        assert!(stale(&names(9), "env").contains("“0”, “1”, “2”, 6 more since"));
    }
}
