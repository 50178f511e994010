//! `GET /healthz`: 200 while events are taken, 503 with what is in the way while they are not.

use crate::iso::iso;
use app::state::AppState;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::health::{Health, Problem};
use serde_json::json;

/// Asks the writer, and the database itself.
pub async fn check(app: AppState) -> Response {
    let health = match (app.health)() {
        Health::Good if app.store.ping().await.is_err() => {
            Health::Degraded { since: (app.now)(), problem: Problem::Broken }
        }
        health => health,
    };
    match health {
        Health::Good => Json(json!({ "status": "ok" })).into_response(),
        Health::Degraded { since, problem } => {
            let body = json!({
                "status": "degraded",
                "problem": problem.code(),
                "since": iso(since),
                "explanation": problem.explanation(),
                "remedy": problem.remedy(),
            });
            (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
        }
    }
}
