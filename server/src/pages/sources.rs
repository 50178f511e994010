//! `POST /sources`: changes the chosen sources and goes back to the list, or shows the list again with the form and what is
//! wrong with it.

use super::context;
use app::pages::sources::api::SourcesInput;
use app::pages::sources::change;
use app::pages::sources::query::SourcesQuery;
use app::state::AppState;
use axum::Form;
use axum::body::Body;
use axum::extract::{FromRequest, Query, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::provide_context;
use leptos_axum::render_app_async_with_context;

/// The fields of an address or a form, in order; names may repeat.
type Fields = Vec<(String, String)>;

/// Takes the form. Who may change is decided here once there is sign-in; until then the server listens on loopback only.
pub async fn post(State(app): State<AppState>, Query(address): Query<Fields>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let filled_in = Request::from_parts(parts.clone(), body);
    let input = match Form::<Fields>::from_request(filled_in, &()).await {
        Ok(Form(fields)) => SourcesInput::of_fields(fields),
        Err(rejection) => return rejection.into_response(),
    };
    let query = SourcesQuery::parse(|name| {
        let fields = address.iter().filter(|(field, _)| field == name);
        fields.map(|(_, value)| value.clone()).collect()
    });
    let form = match change(&app, &query, input).await {
        Ok(address) => return Redirect::to(&address).into_response(),
        Err(form) => form,
    };
    let context = context(&app);
    let with_form = move || {
        context();
        provide_context((*form).clone());
    };
    let page = render_app_async_with_context(with_form, app::shell);
    page(Request::from_parts(parts, Body::empty())).await.into_response()
}
