//! Sends the plan through the crate `segment`: `single` call by call, else as one batch whose context is said once.

use segment::message::{Alias, BatchMessage, Group, Identify, Message, Page, Screen, Track, User};
use segment::{Batcher, Client, HttpClient};
use serde_json::{Value, json};
use std::error::Error;

const PLAN: &str = include_str!("../../plan.json");

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let write_key = std::env::var("WRITE_KEY")?;
    let client = HttpClient::new(reqwest::Client::new(), std::env::var("HOST")?);
    let plan: Vec<Value> = serde_json::from_str(PLAN)?;
    let context = json!({"app": {"name": "Shop", "version": plan[0]["app_version"]}});
    if std::env::args().nth(1).as_deref() == Some("single") {
        for event in events(&plan, Some(&context)) {
            client.send(write_key.clone(), alone(event)).await?;
        }
    } else {
        let mut batcher = Batcher::new(Some(context));
        for event in events(&plan, None) {
            if batcher.push(event)?.is_some() {
                return Err("the plan is larger than a batch".into());
            }
        }
        client.send(write_key, batcher.into_message()).await?;
    }
    Ok(())
}

fn events(plan: &[Value], context: Option<&Value>) -> Vec<BatchMessage> {
    let rows = plan.iter().flat_map(|row| (0..row["count"].as_u64().unwrap_or(0)).map(move |_| row));
    rows.enumerate().map(|(i, row)| event(row, i, context.cloned())).collect()
}

fn event(row: &Value, i: usize, context: Option<Value>) -> BatchMessage {
    let user = User::UserId { user_id: format!("u{i}") };
    let name = row["name"].as_str().unwrap_or_default().to_owned();
    let properties = json!({"i": i});
    match row["type"].as_str() {
        Some("identify") => Identify { user, traits: properties, context, ..Default::default() }.into(),
        Some("track") => Track { user, event: name, properties, context, ..Default::default() }.into(),
        Some("page") => Page { user, name, properties, context, ..Default::default() }.into(),
        Some("screen") => Screen { user, name, properties, context, ..Default::default() }.into(),
        Some("group") => {
            Group { user, group_id: format!("g{i}"), traits: properties, context, ..Default::default() }.into()
        }
        _ => Alias { user, previous_id: format!("a{i}"), context, ..Default::default() }.into(),
    }
}

fn alone(event: BatchMessage) -> Message {
    match event {
        BatchMessage::Identify(event) => event.into(),
        BatchMessage::Track(event) => event.into(),
        BatchMessage::Page(event) => event.into(),
        BatchMessage::Screen(event) => event.into(),
        BatchMessage::Group(event) => event.into(),
        BatchMessage::Alias(event) => event.into(),
    }
}
