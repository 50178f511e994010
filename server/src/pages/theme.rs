//! `POST /theme`: remembers light, dark or system in a cookie and goes back; the way that works without JavaScript.

use axum::Form;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

/// The form in the navigation.
#[derive(Debug, Deserialize)]
pub struct ThemeForm {
    theme: String,
    #[serde(default)]
    back: String,
}

/// Sets the cookie.
pub async fn set(Form(form): Form<ThemeForm>) -> Response {
    let cookie = match form.theme.as_str() {
        "light" => "theme=light; Path=/; Max-Age=31536000; SameSite=Lax",
        "dark" => "theme=dark; Path=/; Max-Age=31536000; SameSite=Lax",
        "system" => "theme=; Path=/; Max-Age=0; SameSite=Lax",
        _ => return (StatusCode::UNPROCESSABLE_ENTITY, "theme is light, dark or system\n").into_response(),
    };
    let mut response = Redirect::to(own_path(&form.back)).into_response();
    response.headers_mut().insert(header::SET_COOKIE, HeaderValue::from_static(cookie));
    response
}

/// Only a path of this site: `//other.example` and `/\other.example` would leave it.
fn own_path(back: &str) -> &str {
    let safe = back.starts_with('/')
        && !back[1..].starts_with(['/', '\\'])
        && back.bytes().all(|byte| byte.is_ascii_graphic());
    if safe { back } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn back_never_leaves_the_site() {
        assert_eq!(own_path("/sources?x=1"), "/sources?x=1");
        for hostile in ["", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nSet-Cookie: x=1"] {
            assert_eq!(own_path(hostile), "/", "{hostile:?}");
        }
    }
}
