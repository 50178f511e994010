//! `POST /sources/new/{kind}`: adds a source and goes to its setup, or shows the form again with what is wrong with it.

use super::context;
use app::href;
use app::pages::new_source::api::{NewSourceInput, create_source};
use app::state::AppState;
use axum::Form;
use axum::body::Body;
use axum::extract::{FromRequest, Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::provide_context;
use leptos_axum::render_app_async_with_context;

/// Takes the form.
pub async fn create(State(app): State<AppState>, Path(kind): Path<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let filled_in = Request::from_parts(parts.clone(), body);
    let input = match Form::<NewSourceInput>::from_request(filled_in, &()).await {
        Ok(Form(input)) => input,
        Err(rejection) => return rejection.into_response(),
    };
    match create_source(&app, &kind, input).await {
        Ok(slug) => Redirect::to(&href::source_setup(&slug)).into_response(),
        Err(form) => {
            let context = context(&app);
            let with_form = move || {
                context();
                provide_context((*form).clone());
            };
            let page = render_app_async_with_context(with_form, app::shell);
            page(Request::from_parts(parts, Body::empty())).await.into_response()
        }
    }
}
