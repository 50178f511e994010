//! The server's half of changing many sources at once.

use super::api::{SourcesForm, SourcesInput};
use super::query::{SELECTED_MAX, SourcesQuery};
use crate::error::AppError;
use crate::href;
use crate::state::AppState;
use domain::audit::Actor;
use domain::label::Label;
use store::StoreError;
use store::source::SetEnabled;

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
                "source" if input.sources.len() < SELECTED_MAX => input.sources.extend(value.parse::<i64>().ok()),
                _ => {}
            }
        }
        input
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
            Ok(label) => set_label(state, &input, &label).await,
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
async fn ids(state: &AppState, input: &SourcesInput) -> Result<Vec<String>, StoreError> {
    store::source::ids(&state.store, &input.sources).await
}

async fn set_enabled(state: &AppState, input: &SourcesInput, to: SetEnabled) -> Result<(), StoreError> {
    let ids = ids(state, input).await?;
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    store::source::set_enabled_many(&state.store, &ids, to, ACTOR, (state.now)()).await.map(|_changed| ())
}

async fn set_label(state: &AppState, input: &SourcesInput, label: &Label) -> Result<&'static str, StoreError> {
    let ids = ids(state, input).await?;
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let (_changed, full) = store::source::label_many(&state.store, &ids, label, ACTOR, (state.now)()).await?;
    Ok(if full.is_empty() { "labelled" } else { "some_labelled" })
}

async fn restore(state: &AppState, input: &SourcesInput) -> Result<&'static str, StoreError> {
    let mut restored = "gone";
    for id in ids(state, input).await? {
        if store::source::restore(&state.store, &id, ACTOR, (state.now)()).await?.is_some() {
            restored = "restored";
        }
    }
    Ok(restored)
}

#[cfg(test)]
mod tests {
    use super::SourcesInput;

    #[test]
    fn a_form_names_its_sources_one_by_one() {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let fields = vec![field("source", "3"), field("action", "label"), field("source", "x"), field("source", "5")];
        let input = SourcesInput::of_fields(fields);
        assert_eq!((input.action.as_str(), input.sources), ("label", vec![3, 5]));
        let many = (0..500).map(|n| field("source", &n.to_string())).collect();
        assert_eq!(SourcesInput::of_fields(many).sources.len(), super::SELECTED_MAX);
    }
}
