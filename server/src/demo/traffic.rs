//! The shop's present: calls over HTTP to our own Tracking API, as an SDK would send them.

use super::SampleSource;
use super::shop;
use axum::body::{Body, Bytes};
use axum::http::{Method, Request, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fastrand::Rng;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::rt::TokioExecutor;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// How often calls go out.
const EVERY: Duration = Duration::from_millis(250);

/// Sends until it is aborted.
pub async fn send(url: String, sources: Vec<SampleSource>) {
    let http = HttpClient::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let mut rng = Rng::with_seed(u64::from_le_bytes(crate::clock::random()));
    let mut tick = interval(EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        for sample in &sources {
            let mean = sample.client.live_calls_a_second() * EVERY.as_secs_f64();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
            let calls = (mean * 2.0 * rng.f64()).round() as usize;
            let calls: Vec<String> = (0..calls).map(|_| shop::call(sample.client, &mut rng, 0)).collect();
            if calls.is_empty() {
                continue;
            }
            let body = format!(r#"{{"batch":[{}]}}"#, calls.join(","));
            if let Err(error) = post(&http, &url, sample, body).await {
                tracing::warn!(%error, "a live call of the sample was not taken");
            }
        }
    }
}

type Http = HttpClient<hyper_util::client::legacy::connect::HttpConnector, Full<Bytes>>;

async fn post(http: &Http, url: &str, sample: &SampleSource, body: String) -> anyhow::Result<()> {
    let credentials = STANDARD.encode(format!("{}:", sample.write_key.as_str()));
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("{url}/v1/batch"))
        .header(header::AUTHORIZATION, format!("Basic {credentials}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::from(body))?;
    let response = http.request(request).await?;
    let status = response.status();
    let answer = Body::new(response.into_body()).collect().await?.to_bytes();
    anyhow::ensure!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&answer));
    Ok(())
}
