//! Pages as a browser without JavaScript gets them, and the walls around them.

mod support;

use support::Fixture;

/// What one more tile may add to a page of the catalog, as markup and as data.
const TILE_BYTES_MAX: usize = 2_000;

#[test]
fn an_acknowledged_event_is_on_the_page_of_the_next_request() {
    let fixture = Fixture::start();
    let path = format!("/sources/{}/overview?range=1h", fixture.slug);
    for n in 1..=20 {
        let body = r#"{"userId":"u","event":"Order Completed"}"#;
        assert_eq!(fixture.server.post("/v1/track", &fixture.write_key, body).status, 200);
        let page = fixture.server.get(&path);
        assert_eq!(page.status, 200);
        let count = format!(r#"id="step-received-count">{n}<"#);
        let text = page.body.replace("<!>", "").replace(" title=\"\"", "");
        assert!(text.contains(&count) || text.contains(&format!(">{n}</p>")), "{n} is not on the page");
    }
}

#[test]
fn unknown_pages_are_404_and_every_answer_carries_its_policy() {
    let fixture = Fixture::start();
    for (path, status) in [
        ("/sources", 200),
        ("/catalog", 200),
        ("/sources/new/go", 200),
        ("/catalog/braze", 200),
        ("/no/such/page", 404),
        ("/sources/nobody/overview", 404),
        ("/sources/new/cobol", 404),
        ("/catalog/cobol", 404),
        ("/catalog/upollo", 404),
    ] {
        let page = fixture.server.get(path);
        assert_eq!(page.status, status, "{path}");
        let policy = page.header("content-security-policy").expect("a policy");
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce");
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        let scripts = page.body.matches("<script").count();
        assert!(page.body.matches(&format!("nonce=\"{nonce}\"")).count() >= scripts, "{path}");
    }
}

#[test]
fn other_sites_cannot_post() {
    let fixture = Fixture::start();
    let form = b"theme=dark&back=/sources";
    let own = ["Content-Type: application/x-www-form-urlencoded".to_owned(), "Sec-Fetch-Site: same-origin".to_owned()];
    let answer = fixture.server.send("POST", "/theme", &own, form);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/sources")));
    assert!(answer.header("set-cookie").is_some_and(|cookie| cookie.starts_with("theme=dark;")));
    let other = [own[0].clone(), "Sec-Fetch-Site: cross-site".to_owned()];
    assert_eq!(fixture.server.send("POST", "/theme", &other, form).status, 403);
}

#[test]
fn a_source_is_added_by_its_form_and_a_wrong_form_comes_back_filled_in() {
    let fixture = Fixture::start();
    let headers = ["Content-Type: application/x-www-form-urlencoded".to_owned()];
    let post = |kind: &str, form: &str| {
        fixture.server.send("POST", &format!("/sources/new/{kind}"), &headers, form.as_bytes())
    };
    let made = post("javascript", "name=Storefront+web");
    assert_eq!((made.status, made.header("location")), (303, Some("/sources/storefront-web/setup")));
    assert_eq!(fixture.server.get("/sources/storefront-web/setup").status, 200);
    let again = post("javascript", "name=Storefront+web&slug=");
    assert_eq!((again.status, again.header("location")), (303, Some("/sources/storefront-web-2/setup")));

    let taken = post("go", "name=Other&slug=storefront-web");
    assert_eq!(taken.status, 422);
    assert!(taken.body.contains("“storefront-web-3” is free."), "{}", taken.body);

    let wrong = post("go", "name=%3Cb%3E%22%21&labels=production");
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("“production” is not a label."), "{}", wrong.body);
    assert!(!wrong.body.contains("<b>\""), "what was typed is escaped");
}

#[test]
fn the_catalog_weighs_the_same_however_much_is_in_it() {
    let fixture = Fixture::start();
    // The first screen of everything, and a page of the largest kind: 88 entries, of which 24 are shown.
    for (path, tiles_max) in [("/catalog", 7 * 6), ("/catalog?kind=cloud-event", 24), ("/catalog?q=e", 24)] {
        let page = fixture.server.get(path);
        let tiles = page.body.matches("data-roving=").count();
        assert!(page.status == 200 && (1..=tiles_max).contains(&tiles), "{path}: {tiles}");
        // Tiles stand in the page twice: as markup, and as the data from which the browser draws them again.
        assert!(page.body.len() < 120_000, "{path}: {} bytes", page.body.len());
    }
    // What does not fit the first screen weighs nothing: a page differs from another by the tiles that it shows.
    let weight = |path: &str| {
        let page = fixture.server.get(path);
        (page.body.matches("data-roving=").count(), page.body.len())
    };
    let (few, light) = weight("/catalog?kind=mobile");
    assert_eq!(few, 10, "all of them are shown");
    for path in ["/catalog?kind=cloud-event", "/catalog?kind=cloud-event&page=2", "/catalog?q=e"] {
        let (tiles, bytes) = weight(path);
        assert!(
            bytes < light + (tiles - few) * TILE_BYTES_MAX,
            "{path}: {bytes} bytes, {tiles} tiles; {light} with {few}"
        );
    }
}

#[test]
fn older_addresses_of_the_form_lead_on() {
    let fixture = Fixture::start();
    for (path, location) in [
        ("/sources/new", "/catalog"),
        ("/sources/new?kind=go", "/sources/new/go"),
        ("/sources/new/braze", "/catalog/braze"),
    ] {
        // As a browser asks: others are told in a header that is not HTTP's own.
        let answer = fixture.server.send("GET", path, &["Accept: text/html".to_owned()], b"");
        assert_eq!((answer.status, answer.header("location")), (302, Some(location)), "{path}");
    }
}
