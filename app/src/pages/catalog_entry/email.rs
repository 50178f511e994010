//! The events of an email, each with an image tag to copy.

use crate::href;
use crate::ui::code::{CodeBlock, CodeName};
use domain::email_event::EmailEvent;
use leptos::prelude::*;

#[component]
pub(super) fn EmailEvents(origin: String) -> impl IntoView {
    let events = EmailEvent::ALL.map(|event| view! { <EventView event=event origin=origin.clone() /> });
    view! {
        <section class="panel panel__body entry__emails" aria-labelledby="emails">
            <h2 id="emails">"Emails"</h2>
            <p>
                "An image in an email tells that it was opened. What the recipient’s program can’t tell – that the email "
                "arrived, came back or was reported – your mail service knows: let it fetch the same address."
            </p>
            <p class="muted">
                "Put the key of your source and the placeholders of your mail service in place of the words in capitals. "
                "The answer is always an invisible image, whatever becomes of the event."
            </p>
            {events.collect_view()}
            <p><a href=href::tracking_api_part("endpoints")>"Everything the pixel takes"</a></p>
        </section>
    }
}

#[component]
fn EventView(event: EmailEvent, origin: String) -> impl IntoView {
    let others = event.names().get(1..).unwrap_or_default();
    let also = (!others.is_empty()).then(|| format!(" Also sent as {}.", others.join(" or ")));
    let properties = event.properties().iter().enumerate().map(|(i, name)| {
        view! { {(i > 0).then_some(", ")}<CodeName name=name /> }
    });
    view! {
        <div class="entry__email">
            <h3>{event.name()}</h3>
            <p>{event.meaning()}{also}</p>
            <p class="muted">"Properties: "{properties.collect_view()}</p>
            <CodeBlock text=image_tag(event, &origin) label=format!("{} image tag", event.name()) />
        </div>
    }
}

/// An image whose address is the event. Properties without a value would be kept as empty ones, so the tag names the first
/// two; the rest are added alike.
fn image_tag(event: EmailEvent, origin: &str) -> String {
    let path = format!("{origin}/v1/pixel/track");
    let fields = [
        ("writeKey", "YOUR_WRITE_KEY".to_owned()),
        ("userId", "USER_ID".to_owned()),
        ("event", event.name().to_owned()),
        ("properties.email_id", "EMAIL_ID".to_owned()),
        ("properties.campaign_name", "CAMPAIGN_NAME".to_owned()),
    ];
    let src = href::with_query(&path, &fields).replace('&', "&amp;");
    format!(r#"<img src="{src}" width="1" height="1" alt="">"#)
}

#[cfg(test)]
mod tests {
    use super::{EmailEvent, image_tag};

    #[test]
    fn a_tag_is_markup_whose_address_is_the_event() {
        let tag = image_tag(EmailEvent::MarkedAsSpam, "http://hw.example");
        let src = "http://hw.example/v1/pixel/track?writeKey=YOUR_WRITE_KEY&amp;userId=USER_ID\
                   &amp;event=Email%20Marked%20as%20Spam&amp;properties.email_id=EMAIL_ID\
                   &amp;properties.campaign_name=CAMPAIGN_NAME";
        assert_eq!(tag, format!(r#"<img src="{src}" width="1" height="1" alt="">"#));
    }
}
