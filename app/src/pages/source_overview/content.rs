//! What the page shows of an answer. Parts are drawn once and redrawn where they stand: a page whose numbers change four times
//! a second must not take away what somebody reads, chooses or has the focus on.

use super::Answer;
use super::api::{Content, Numbers, OverviewPage, SourceHead};
use super::empty::{EmptyRange, NoEvents};
use super::head::{Head, Seen};
use super::live::{Live, Shown, Stale};
use super::panel::Panel;
use super::pipeline::PipelineView;
use super::place::Place;
use super::query::{Metric, OverviewQuery};
use super::toolbar::Toolbar;
use crate::error::AppError;
use crate::pages::not_found::NotFound;
use crate::ui::callout::{Callout, CalloutTone};
use crate::ui::error_state::ErrorState;
use crate::ui::later::later;
use crate::wire::WireResource;
use domain::step::Step;
use leptos::prelude::*;
use leptos_meta::Title;
use std::sync::Arc;
use std::time::Duration;

/// Of what kind the answer is: another kind is another page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// There is no such source.
    Missing,
    /// No answer about the source.
    NoAnswer,
    /// The source never had an event.
    NoEvents,
    /// The source, without numbers.
    NoNumbers,
    /// The source and its numbers.
    Numbers,
}

impl Shape {
    fn of(page: &Result<OverviewPage, AppError>) -> Self {
        match page {
            Err(AppError::NotFound) => Self::Missing,
            Err(_) => Self::NoAnswer,
            Ok(page) => match page.content {
                Content::NoEvents => Self::NoEvents,
                Content::Failed(_) => Self::NoNumbers,
                Content::Numbers(_) => Self::Numbers,
            },
        }
    }

    fn has_head(self) -> bool {
        matches!(self, Self::NoEvents | Self::NoNumbers | Self::Numbers)
    }
}

/// The parts of a page that are drawn from the answer.
#[derive(Clone, Copy)]
struct Parts {
    answer: Memo<Option<Arc<Answer>>>,
    place: Memo<Option<Place>>,
    shown: Memo<Option<Shown>>,
    awake: Signal<bool>,
    retry: Callback<()>,
}

#[component]
pub(super) fn Page(
    answer: WireResource<Answer>,
    metric: Memo<Metric>,
    sentences: Memo<Vec<String>>,
    #[prop(into)] awake: Signal<bool>,
    retry: Callback<()>,
) -> impl IntoView {
    let loading = answer;
    // Inside the boundary around: what reads the resource elsewhere would not be waited for.
    let answer = Memo::new(move |before: Option<&Option<Arc<Answer>>>| {
        let answer = answer.get()?;
        // A live page that gets no answer goes on showing what it has.
        let before =
            before.cloned().flatten().filter(|before| answer.page.is_err() && before.is_same_question(&answer));
        Some(before.filter(|_| answer.page != Err(AppError::NotFound)).unwrap_or_else(|| Arc::new(answer)))
    });
    let live = expect_context::<Live>();
    let parts = Parts {
        answer,
        place: Memo::new(move |_| Some(answer.get()?.place(metric.get()))),
        shown: shown(answer, live),
        awake,
        retry,
    };
    let known = StoredValue::new(None::<SourceHead>);
    let shape = Memo::new(move |_| answer.get().map(|answer| Shape::of(&answer.page)));
    Effect::new(move |_| {
        let followed = answer.get().filter(|answer| answer.page.as_ref().is_ok_and(OverviewPage::is_live));
        let followed = followed.map(|answer| answer.slug.clone());
        if live.followed.with_untracked(|now| *now != followed) {
            live.followed.set(followed);
        }
    });
    live.read_when_stale(move || {
        let has_begun = || live.counts.with_untracked(|counts| counts.as_ref().is_some_and(|counts| counts.has_any()));
        match shape.get_untracked() {
            Some(Shape::Numbers) => parts.shown.get_untracked().and_then(|shown| shown.stale),
            Some(Shape::NoEvents) => has_begun().then_some(Stale::Counts),
            Some(Shape::Missing | Shape::NoAnswer | Shape::NoNumbers) | None => None,
        }
    });
    move || {
        // On the server another thread loads the answer. A memo that reads it at the moment when it comes would be told so
        // too early, and stay at nothing: the memos are not asked before it is there.
        if cfg!(feature = "ssr") && loading.with_untracked(Option::is_none) {
            return None;
        }
        let shape = shape.get()?;
        let below = if shape.has_head() { parts.below(shape, sentences) } else { ().into_any() };
        Some(match shape {
            Shape::Missing => view! { <NotFound /> }.into_any(),
            Shape::NoAnswer => view! { {move || parts.no_answer(known.get_value())} }.into_any(),
            Shape::NoEvents | Shape::NoNumbers | Shape::Numbers => view! {
                {later(move || (move || parts.head(known)).into_any())}
                <div class="frame__content">{below}</div>
            }
            .into_any(),
        })
    }
}

impl Answer {
    fn is_same_question(&self, other: &Self) -> bool {
        self.page.is_ok() && (&self.slug, &self.params) == (&other.slug, &other.params)
    }

    fn numbers(&self) -> Option<&Numbers> {
        match &self.page.as_ref().ok()?.content {
            Content::Numbers(numbers) => Some(numbers),
            Content::NoEvents | Content::Failed(_) => None,
        }
    }

    /// Where the answer belongs: links of its parts lead on from the shown range, not from one that could not be shown.
    fn place(&self, metric: Metric) -> Place {
        let (mut query, _) = OverviewQuery::parse(&|name| self.params.get(name));
        if let Some(numbers) = self.numbers() {
            query.range = numbers.range;
            query.compare = numbers.compare;
        }
        Place::new(&self.slug, query.with_metric(metric))
    }
}

/// The numbers of the answer, brought up to date.
fn shown(answer: Memo<Option<Arc<Answer>>>, live: Live) -> Memo<Option<Shown>> {
    let answered = Memo::new(move |_| answer.get().and_then(|answer| Some(Arc::new(answer.numbers()?.clone()))));
    Memo::new(move |before: Option<&Option<Shown>>| {
        let (answered, before) = (answered.get()?, before.and_then(Option::as_ref));
        Some(live.counts.with(|counts| Shown::with(answered, counts.as_ref(), before)))
    })
}

/// The same, each value but the first a task later; on the server at once.
fn a_task_later<T: Clone + PartialEq + Send + Sync + 'static>(now: Memo<Option<T>>) -> Memo<Option<T>> {
    let late = RwSignal::new(None::<Option<T>>);
    Effect::new(move |before: Option<()>| {
        let value = now.get();
        match before {
            None => late.set(Some(value)),
            // The page may be gone by then.
            Some(()) => set_timeout(move || drop(late.try_set(Some(value))), Duration::ZERO),
        }
    });
    Memo::new(move |_| late.get().unwrap_or_else(|| now.get()))
}

impl Parts {
    /// Title and head.
    fn head(self, known: StoredValue<Option<SourceHead>>) -> Option<AnyView> {
        let (answer, place) = (self.answer.get()?, self.place.get()?);
        let head = answer.page.as_ref().ok()?.head.clone();
        known.set_value(Some(head.clone()));
        let answered = head.last_event.clone();
        let seen = move || {
            let last = self.shown.with(|shown| match shown {
                Some(shown) => shown.last_event(answered.clone()),
                None => answered.clone(),
            });
            last.map(|last_event| view! { <Seen last_event=last_event /> })
        };
        let title = format!("{}: overview", head.source.name);
        Some(view! { <Title text=title /> <Head head=head href=place.here() seen=seen.into_any() /> }.into_any())
    }

    /// A call that failed while the reader was here takes the numbers away, not the page.
    fn no_answer(self, known: Option<SourceHead>) -> Option<AnyView> {
        let (answer, place) = (self.answer.get()?, self.place.get()?);
        let error = answer.page.as_ref().err()?.clone();
        let head = known.filter(|head| place.is_of(&head.source.slug));
        let href = place.here();
        Some(
            view! {
                {head.is_none().then(|| view! { <Title text="Source overview" /> })}
                {head.map(|head| view! { <Head head=head href=href.clone() seen=().into_any() /> })}
                <div class="frame__content frame__content--top">
                    <section class="panel">
                        <ErrorState title="Could not load the source" error=error href=href retry=self.retry />
                    </section>
                </div>
            }
            .into_any(),
        )
    }

    /// What stands below the head: notes, then the numbers, or what to do where there are none.
    fn below(self, shape: Shape, sentences: Memo<Vec<String>>) -> AnyView {
        let content = match shape {
            Shape::NoEvents => view! { {move || self.no_events()} }.into_any(),
            Shape::NoNumbers => view! { {move || self.no_numbers()} }.into_any(),
            Shape::Numbers => self.numbers(),
            Shape::Missing | Shape::NoAnswer => ().into_any(),
        };
        let notes = move || {
            let page = self.answer.get()?;
            let page = page.page.as_ref().ok()?;
            let (mut sentences, mut lacks_marks) = (sentences.get(), false);
            if let Content::Numbers(numbers) = &page.content {
                sentences.extend(numbers.notes.iter().cloned());
                lacks_marks = numbers.lacks_marks;
            }
            let enabled = page.head.source.enabled;
            Some(view! { <Notes enabled=enabled sentences=sentences lacks_marks=lacks_marks /> }.into_any())
        };
        view! { {notes} {content} }.into_any()
    }

    fn no_events(self) -> Option<AnyView> {
        let answer = self.answer.get()?;
        let page = answer.page.as_ref().ok()?;
        let Content::NoEvents = &page.content else { return None };
        Some(view! { <NoEvents slug=page.head.source.slug.clone() /> }.into_any())
    }

    fn no_numbers(self) -> Option<AnyView> {
        let (answer, place) = (self.answer.get()?, self.place.get()?);
        let Content::Failed(error) = &answer.page.as_ref().ok()?.content else { return None };
        let error = error.clone();
        Some(
            view! {
                <section class="panel">
                    <ErrorState title="Could not load the numbers" error=error href=place.here() retry=self.retry />
                </section>
            }
            .into_any(),
        )
    }

    /// Toolbar and pipeline are drawn a task later than what stands above them, and the panel another one later: all in one
    /// would hold the page for longer than a reader's next click may wait. The same goes for their waking. The toolbar is drawn
    /// from the answer alone: somebody may be choosing in it.
    fn numbers(self) -> AnyView {
        let Self { place, shown, awake, .. } = self;
        let answered = move |shown: Memo<Option<Shown>>| {
            Memo::new(move |_| shown.with(|shown| Some(shown.as_ref()?.answered.clone())))
        };
        let next = |place: Memo<Option<Place>>, shown: Memo<Option<Shown>>| {
            let late = a_task_later(Memo::new(move |_| Some((place.get()?, shown.get()?))));
            (Memo::new(move |_| Some(late.get()?.0)), Memo::new(move |_| Some(late.get()?.1)))
        };
        let (place, shown) = next(place, shown);
        let toolbar_answer = answered(shown);
        let toolbar =
            move || Some(view! { <Toolbar numbers=toolbar_answer.get()? place=place.get()? awake=awake /> }.into_any());
        let pipeline =
            move || Some(view! { <PipelineView numbers=shown.get()?.numbers place=place.get()? /> }.into_any());
        let (toolbar, pipeline) = (later(move || toolbar.into_any()), later(move || pipeline.into_any()));
        let (place, shown) = next(place, shown);
        let answered = answered(shown);
        let is_empty = Memo::new(move |_| {
            shown.with(|shown| Some(shown.as_ref()?.numbers.pipeline.total(Step::Received).now == 0))
        });
        let panel = move || match is_empty.get() {
            None => ().into_any(),
            Some(true) => view! { {move || self.empty_range()} }.into_any(),
            Some(false) => {
                let numbers = Signal::derive(move || shown.with(|shown| Some(shown.as_ref()?.numbers.clone())));
                view! { <Panel numbers=numbers answered=answered place=place awake=awake retry=self.retry /> }
                    .into_any()
            }
        };
        view! { {toolbar} {pipeline} {panel} }.into_any()
    }

    fn empty_range(self) -> Option<AnyView> {
        let (answer, place, shown) = (self.answer.get()?, self.place.get()?, self.shown.get()?);
        let last = shown.last_event(answer.page.as_ref().ok()?.head.last_event.clone());
        let (ago, age_ms) = last.map(|last| (last.moment.ago, last.age_ms)).unwrap_or_default();
        let between = shown.numbers.labels.between.clone();
        Some(view! { <EmptyRange between=between ago=ago age_ms=age_ms place=place /> }.into_any())
    }
}

/// What the reader should know first: the source is off, the address held something unusable, something is missing.
#[component]
fn Notes(enabled: bool, sentences: Vec<String>, lacks_marks: bool) -> impl IntoView {
    let disabled = (!enabled).then(|| {
        view! {
            <Callout tone=CalloutTone::Danger title="This source is disabled">
                "Events sent to it fail with source_disabled."
            </Callout>
        }
    });
    let sentences = (!sentences.is_empty()).then(|| view! {
        <Callout tone=CalloutTone::Warning title="Part of this address could not be used">{sentences.join(" ")}</Callout>
    });
    let marks = lacks_marks.then(|| view! {
        <Callout tone=CalloutTone::Warning title="Could not load the chart’s marks">
            "The counts are up to date; only what happened to the source is missing from the chart. Load the page again to try again."
        </Callout>
    });
    let any = disabled.is_some() || sentences.is_some() || lacks_marks;
    any.then(|| view! { <div class="overview__notes" role="status">{disabled} {sentences} {marks}</div> })
}
