//! A source that got another slug is found under its former one, too: its pages lead on to the address that it has now.

use app::state::AppState;
use axum::extract::{RawPathParams, Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

/// Leads on where the slug in the path is a former one. Not for good: a slug may be let go of and become another source's.
pub async fn lead_on(State(app): State<AppState>, params: RawPathParams, request: Request, next: Next) -> Response {
    let asked = params.iter().find(|(name, _)| *name == "slug").map(|(_, slug)| slug.to_owned());
    let is_page = request.method() == Method::GET && request.uri().path().starts_with("/sources/");
    let Some(asked) = asked.filter(|_| is_page) else { return next.run(request).await };
    let Ok(Some(source)) = store::source::by_slug(&app.store, &asked).await else { return next.run(request).await };
    if source.slug == asked {
        return next.run(request).await;
    }
    let (path, query) = (request.uri().path(), request.uri().query());
    let page = path.splitn(4, '/').nth(3).unwrap_or_default();
    let address = app::href::source_page(&source.slug, page, query);
    ([(header::CACHE_CONTROL, "no-store")], Redirect::temporary(&address)).into_response()
}
