//! `POST /sources/{slug}/settings`: does what one of the page's forms asks for and goes back to the page, or shows the page
//! again with the form and what is wrong with it.

use super::context;
use app::pages::source_settings::api::SettingsInput;
use app::pages::source_settings::save;
use app::state::AppState;
use axum::Form;
use axum::body::Body;
use axum::extract::{FromRequest, Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::provide_context;
use leptos_axum::render_app_async_with_context;

/// Takes the form. Who may change is decided here once there is sign-in; until then the server listens on loopback only.
pub async fn change(State(app): State<AppState>, Path(slug): Path<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let filled_in = Request::from_parts(parts.clone(), body);
    let input = match Form::<SettingsInput>::from_request(filled_in, &()).await {
        Ok(Form(input)) => input,
        Err(rejection) => return rejection.into_response(),
    };
    let form = match save(&app, &slug, input).await {
        Ok(Some(address)) => return Redirect::to(&address).into_response(),
        // The page itself says that there is no such source.
        Ok(None) => None,
        Err(form) => Some(*form),
    };
    let context = context(&app);
    let with_form = move || {
        context();
        if let Some(form) = form.clone() {
            provide_context(form);
        }
    };
    let page = render_app_async_with_context(with_form, app::shell);
    page(Request::from_parts(parts, Body::empty())).await.into_response()
}
