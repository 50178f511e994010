//! The banner over every page while events cannot be stored. It comes with the page, and goes by itself.

use crate::layout::api::Degraded;
use crate::ui::callout::{Callout, CalloutTone};
use leptos::prelude::*;
use std::time::Duration;

/// While it is shown, this often it is asked whether it still has to be.
const ASK_AGAIN: Duration = Duration::from_secs(5);

/// The banner.
#[component]
pub fn Banner(
    /// What is wrong, and since when.
    degraded: Degraded,
    /// Asks again.
    #[prop(into)]
    ask: Callback<()>,
) -> impl IntoView {
    Effect::new(move |_| {
        if let Ok(handle) = set_interval_with_handle(move || ask.run(()), ASK_AGAIN) {
            on_cleanup(move || handle.clear());
        }
    });
    let Degraded { since, problem } = degraded;
    // No "2 min ago": each change of the text would be read out again.
    view! {
        <div class="banner" role="alert">
            <Callout tone=CalloutTone::Danger title="Events cannot be stored at the moment">
                {problem.explanation()} " Since " <time datetime=since.datetime>{since.full}</time>
                " clients are told to send their events again; nothing that was acknowledged is lost. "
                {problem.remedy()}
            </Callout>
        </div>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::{Banner, Degraded};
    use crate::ui::moment::Moment;
    use domain::clock::Timestamp;
    use domain::health::Problem;
    use leptos::prelude::*;

    #[test]
    fn the_banner_says_what_is_wrong_since_when_and_what_to_do() {
        let zone = jiff::tz::TimeZone::get("Europe/Amsterdam").expect("a bundled zone");
        let since = Moment::new(Timestamp(1_762_435_927_250), Timestamp(1_762_435_929_250), &zone);
        for problem in [Problem::DiskFull, Problem::Locked, Problem::Broken] {
            let degraded = Degraded { since: since.clone(), problem };
            let html = Owner::new().with(|| view! { <Banner degraded=degraded ask=|()| () /> }.to_html());
            let time = r#"datetime="2025-11-06T14:32:07+01:00">6 Nov 2025, 14:32:07 CET<"#;
            for part in [r#"role="alert""#, time, problem.explanation(), problem.remedy()] {
                assert!(html.contains(part), "{part} in {html}");
            }
        }
    }
}
