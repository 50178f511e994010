//! The brush: a stretch of the chart, dragged with a mouse or a pen or drawn out with Shift and the arrow keys, and the link
//! that zooms into it. It appears once scripts run.

use super::scale;
use crate::ui::icon::{Icon, IconView};
use leptos::prelude::*;

/// From one point to a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The first point.
    pub first: usize,
    /// The last point, after the first.
    pub last: usize,
}

/// Where zooming into a stretch leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zoom {
    /// The address.
    pub href: String,
    /// `09:00–12:00`
    pub text: String,
}

/// The stretch between where a drag began and where it is.
#[must_use]
pub(super) fn stretch(anchor: usize, at: usize) -> Option<Stretch> {
    (anchor != at).then(|| Stretch { first: anchor.min(at), last: anchor.max(at) })
}

#[component]
pub(super) fn Brush(
    stretch: Stretch,
    /// How many points the chart has.
    points: usize,
    zoom: Callback<Stretch, Option<Zoom>>,
) -> impl IntoView {
    let Zoom { href, text } = zoom.run(stretch)?;
    let place = format!("--a:{};--b:{}", scale::x(stretch.first, points), scale::x(stretch.last, points));
    Some(view! {
        <div class="chart__brush" style=place>
            <a class="chart__zoom" href=href data-noscroll=""><IconView icon=Icon::ZoomIn />{format!("Zoom to {text}")}</a>
        </div>
    })
}
