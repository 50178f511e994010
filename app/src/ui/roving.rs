//! A group that is one stop to the Tab key: arrow keys, Home and End move in it, as the eye sees it. Its members carry
//! `data-roving` with their place, from 0. Without JavaScript every member is a stop of its own.

use leptos::ev::KeyboardEvent;
use leptos::html::Div;
use leptos::prelude::*;

/// A group, as its owner holds it.
#[derive(Clone, Copy)]
pub struct Roving {
    /// The element around the group.
    pub node_ref: NodeRef<Div>,
    /// Where the group is entered; nowhere before scripts run.
    stop: RwSignal<Option<usize>>,
}

impl Roving {
    /// A group that is entered at its first member.
    #[must_use]
    pub fn new() -> Self {
        let group = Self { node_ref: NodeRef::new(), stop: RwSignal::new(None) };
        // Not in the first pass: without JavaScript every member has to stay a stop.
        Effect::new(move |_| group.stop.set(Some(0)));
        group
    }

    /// The member's `tabindex`.
    #[must_use]
    pub fn tabindex(self, place: usize) -> Option<&'static str> {
        self.stop.get().filter(|stop| *stop != place).map(|_| "-1")
    }

    /// The focus came to this member.
    pub fn arrive(self, place: usize) {
        self.stop.set(Some(place));
    }

    /// Moves, if the key is one that moves.
    #[cfg(feature = "hydrate")]
    pub fn follow(self, event: &KeyboardEvent) {
        use wasm_bindgen::JsCast;

        let is_chord = event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key();
        let (Some(group), Some(step), false) = (self.node_ref.get_untracked(), Step::of(&event.key()), is_chord) else {
            return;
        };
        let Ok(found) = group.query_selector_all("[data-roving]") else { return };
        let members: Vec<web_sys::HtmlElement> =
            (0..found.length()).filter_map(|i| found.get(i)?.dyn_into().ok()).collect();
        let active = document().active_element();
        let here = |member: &&web_sys::HtmlElement| active.as_ref() == Some(member.unchecked_ref());
        let Some(from) = members.iter().position(|member| here(&member)) else { return };
        let corners: Vec<(f64, f64)> = members.iter().map(corner).collect();
        event.prevent_default();
        if let Some(member) = step.from(from, &corners).and_then(|to| members.get(to)) {
            // An element that is in the page takes the focus.
            let _done = member.focus();
        }
    }

    /// Moves, if the key is one that moves.
    #[cfg(not(feature = "hydrate"))]
    pub fn follow(self, _event: &KeyboardEvent) {}
}

impl Default for Roving {
    fn default() -> Self {
        Self::new()
    }
}

/// Left and upper edge of the box that the eye sees: the list item, not the words in it.
#[cfg(feature = "hydrate")]
fn corner(member: &web_sys::HtmlElement) -> (f64, f64) {
    let seen = member.closest("li").ok().flatten();
    let place = seen.map_or_else(|| member.get_bounding_client_rect(), |item| item.get_bounding_client_rect());
    (place.left(), place.top())
}

/// A way to move.
#[cfg(any(feature = "hydrate", test))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Back,
    On,
    Up,
    Down,
    First,
    Last,
}

#[cfg(any(feature = "hydrate", test))]
impl Step {
    #[cfg(feature = "hydrate")]
    fn of(key: &str) -> Option<Self> {
        match key {
            "ArrowLeft" => Some(Self::Back),
            "ArrowRight" => Some(Self::On),
            "ArrowUp" => Some(Self::Up),
            "ArrowDown" => Some(Self::Down),
            "Home" => Some(Self::First),
            "End" => Some(Self::Last),
            _ => None,
        }
    }

    /// Where it leads; nowhere at an edge.
    fn from(self, from: usize, corners: &[(f64, f64)]) -> Option<usize> {
        match self {
            Self::Back => from.checked_sub(1),
            Self::On => (from + 1 < corners.len()).then_some(from + 1),
            Self::First => Some(0),
            Self::Last => corners.len().checked_sub(1),
            Self::Up | Self::Down => {
                let (left, top) = *corners.get(from)?;
                let away = |y: f64| if self == Self::Down { y - top } else { top - y };
                // The nearest row on that side, and in it the member that is nearest sideways.
                let others = corners.iter().enumerate().filter(|(_, (_, y))| away(*y) > 1.0);
                let distance = |(x, y): &(f64, f64)| (away(*y), (x - left).abs());
                others
                    .min_by(|(_, a), (_, b)| distance(a).partial_cmp(&distance(b)).unwrap_or(std::cmp::Ordering::Equal))
                    .map(|(i, _)| i)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Step;

    #[test]
    fn arrows_move_as_the_eye_sees_it() {
        // Three in the first row, two in the second; then a section of its own.
        let corners = [(0.0, 0.0), (10.0, 0.0), (20.0, 0.0), (0.0, 5.0), (10.0, 5.0), (0.0, 30.0)];
        let cases = [
            (Step::On, 2, Some(3)),
            (Step::Back, 0, None),
            (Step::Down, 2, Some(4)),
            (Step::Down, 1, Some(4)),
            (Step::Down, 4, Some(5)),
            (Step::Down, 5, None),
            (Step::Up, 5, Some(3)),
            (Step::Up, 4, Some(1)),
            (Step::Up, 0, None),
            (Step::First, 4, Some(0)),
            (Step::Last, 0, Some(5)),
        ];
        for (step, from, to) in cases {
            assert_eq!(step.from(from, &corners), to, "{step:?} from {from}");
        }
    }
}
