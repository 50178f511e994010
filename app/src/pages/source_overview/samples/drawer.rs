//! The drawer: its numbers, what the reason means and how it is mended, what its events have in common, the events.

use super::api::{DiffLine, SAMPLES_EXPORTED_MAX, SamplesPage, Split, discard_samples};
use super::list::{SampleList, turn_by_key};
use crate::error::AppError;
use crate::pages::source_overview::figures::Figure;
use crate::pages::source_overview::place::Place;
use crate::pages::source_overview::query::{Metric, OverviewQuery};
use crate::pages::source_overview::toolbar::in_place;
use crate::ui::badge::Badge;
use crate::ui::drawer::Drawer;
use crate::ui::empty::EmptyHeading;
use crate::ui::error_state::ErrorState;
use crate::ui::icon::{Icon, IconView};
use crate::wire;
use domain::discard::DiscardReason;
use domain::number_format::{bar, count, share};
use domain::step::Step;
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// The drawer of one reason. Nothing is fetched before it is drawn.
#[component]
pub fn SamplesDrawer(
    /// The reason.
    reason: DiscardReason,
    /// The source's slug.
    slug: Memo<String>,
    /// The address's state.
    query: Memo<OverviewQuery>,
) -> impl IntoView {
    // While the drawer goes, the address has no reason any more: what is shown stays.
    let place = Memo::new(move |shown: Option<&Place>| {
        let query = query.get();
        match shown {
            Some(shown) if query.open != Some(reason) => shown.clone(),
            Some(_) | None => Place::new(&slug.get(), query),
        }
    });
    let params = Memo::new(move |_| place.with(|place| place.query.params()));
    let page = wire::resource(
        move || (slug.get(), params.get()),
        |(slug, params)| async move { discard_samples(slug, params).await },
    );
    let retry = Callback::new(move |()| page.refetch());
    let (dialog, shown_first) = (NodeRef::<Dialog>::new(), StoredValue::new(None));
    let navigate = use_navigate();
    let close_href = Signal::derive(move || place.with(|place| place.href(place.query.closed())));
    let meta = view! {
        <p class="drawer__meta">
            <code>{reason.code()}</code>
            <Transition>
                {move || Suspend::new(async move {
                    page.await.ok().map(|page| view! { <Counts page=page step=reason.step() /> })
                })}
            </Transition>
        </p>
    };
    view! {
        <Drawer
            title=reason.title()
            meta=meta.into_any()
            step=reason.step().slug()
            close_href=close_href
            on_close=move |()| navigate(&close_href.get_untracked(), in_place())
            on_key=move |event| turn_by_key(dialog, &event)
            node_ref=dialog
        >
            <Transition fallback=move || view! { <Body><Meaning reason=reason /><Skeleton /></Body> }>
                {move || {
                    let place = place.get();
                    Suspend::new(async move { drawn(page.await, place, reason, List { dialog, shown_first }, retry) })
                }}
            </Transition>
        </Drawer>
    }
}

/// What the list of samples keeps from page to page.
#[derive(Clone, Copy)]
struct List {
    dialog: NodeRef<Dialog>,
    shown_first: StoredValue<Option<Option<String>>>,
}

fn drawn(
    answer: Result<SamplesPage, AppError>,
    place: Place,
    reason: DiscardReason,
    list: List,
    retry: Callback<()>,
) -> AnyView {
    match answer {
        Ok(page) => {
            let foot = view! { <Foot place=place.clone() reason=reason kept_days=page.kept_days /> };
            view! {
                <Body>
                    <Meaning reason=reason />
                    <Remedy reason=reason diff=page.diff.clone().unwrap_or_default() />
                    <Common page=page.clone() reason=reason />
                    <SampleList page=page place=place dialog=list.dialog shown_first=list.shown_first />
                </Body>
                {foot}
            }
            .into_any()
        }
        Err(error) => view! {
            <Body>
                <Meaning reason=reason />
                <ErrorState title="Could not load the samples" error=error heading=EmptyHeading::H3 href=place.here() retry=retry />
            </Body>
        }
        .into_any(),
    }
}

#[component]
fn Body(children: Children) -> impl IntoView {
    view! {
        <div class="drawer__body" tabindex="0" role="region" aria-label="Details of the discard reason">{children()}</div>
    }
}

/// How many, which part of the step that is, and how it changed.
#[component]
fn Counts(page: SamplesPage, step: Step) -> impl IntoView {
    let counts = page.counts;
    let of = match step {
        Step::FilteredAtSource => "filtered",
        Step::FailedOnIngest | Step::Received | Step::Eligible => "failed",
    };
    let change = Figure { step, part: counts, received: counts }.change(Metric::Counts);
    let change = page.is_compared.then(|| {
        view! { <span>{change.text}</span><Badge text=change.badge tone=change.tone /> }
    });
    view! {
        <span><b>{count(counts.now)}</b>{if counts.now == 1 { " event" } else { " events" }}</span>
        <span>{format!("{} of {of}", share(counts.now, page.step_count))}</span>
        {change}
    }
}

#[component]
fn Meaning(reason: DiscardReason) -> impl IntoView {
    view! { <section><h3>"What it means"</h3><p class="muted">{reason.explanation()}</p></section> }
}

#[component]
fn Remedy(reason: DiscardReason, diff: Vec<DiffLine>) -> impl IntoView {
    let lines = diff.into_iter().map(|line| {
        let (class, sign) = if line.is_added { ("ins", "+ ") } else { ("del", "− ") };
        view! { <span class=class>{sign}{line.text}</span> }
    });
    let lines: Vec<_> = lines.collect();
    let diff = (!lines.is_empty()).then(|| {
        view! {
            <pre class="code code--diff" tabindex="0" role="region" aria-label="Change of the newest sample"><code>{lines}</code></pre>
        }
    });
    view! { <section><h3>"How to fix"</h3><p class="muted drawer__lead">{reason.remedy()}</p>{diff}</section> }
}

/// What arrived, and from which versions.
#[component]
fn Common(page: SamplesPage, reason: DiscardReason) -> impl IntoView {
    let title = match reason.step() {
        Step::FilteredAtSource => "What was filtered",
        Step::FailedOnIngest | Step::Received | Step::Eligible => "What arrived instead",
    };
    let of_newest = (page.arrived_of < page.counts.now).then(|| format!("in the newest {}", count(page.arrived_of)));
    let arrived = (!page.arrived.is_empty()).then(
        || view! { <Splits title=title note=of_newest.unwrap_or_default() rows=page.arrived of=page.arrived_of /> },
    );
    let versions = (!page.versions.is_empty())
        .then(|| view! { <Splits title="By app version" note=String::new() rows=page.versions of=page.counts.now /> });
    let any = arrived.is_some() || versions.is_some();
    any.then(|| view! { <div class="drawer__cols">{arrived}{versions}</div> })
}

/// A small breakdown.
#[component]
fn Splits(title: &'static str, note: String, rows: Vec<Split>, of: u64) -> impl IntoView {
    let rows = rows.into_iter().map(|row| {
        let value = row.value.map(|value| view! { <code>{value}</code>" " });
        let field = (!row.field.is_empty()).then(|| format!("{}: ", row.field));
        view! {
            <div class="split__row" style=format!("--v:{}", bar(row.count, of))>
                <dt>{field}{value}{row.title}</dt>
                <dd>{count(row.count)}</dd>
                <dd>{share(row.count, of)}</dd>
            </div>
        }
    });
    view! {
        <section>
            <h3>{title}" "<span class="quiet">{note}</span></h3>
            <dl class="split">{rows.collect_view()}</dl>
        </section>
    }
}

#[component]
fn Foot(place: Place, reason: DiscardReason, kept_days: i64) -> impl IntoView {
    let pinned = place.query.reason == Some(reason);
    let (href, words) = if pinned {
        (place.query.closed().with_reason(None), "Unpin this reason")
    } else {
        (place.query.closed().with_reason(Some(reason)), "Pin this reason")
    };
    let bound = format!("The newest {}", count(u64::from(SAMPLES_EXPORTED_MAX)));
    view! {
        <div class="drawer__foot">
            <p class="quiet small">{format!("Samples are kept for {kept_days} days.")}</p>
            <a class="button" href=place.samples_export() download="" title=bound>
                <IconView icon=Icon::Download />
                "Export samples"
            </a>
            <a class="button button--primary" href=place.href(href) data-noscroll=""><IconView icon=Icon::Pin />{words}</a>
        </div>
    }
}

/// As large as what comes.
#[component]
fn Skeleton() -> impl IntoView {
    let bars = [("40%", "0.75rem"), ("90%", "0.75rem"), ("100%", "4rem"), ("30%", "0.75rem"), ("100%", "7rem")];
    let bars = bars.into_iter().chain([("20%", "0.75rem"), ("100%", "26rem")]);
    let bars = bars.map(|(width, height)| {
        view! { <span class="skeleton" style=format!("--w:{width};--h:{height}")></span> }
    });
    view! {
        <div class="skeleton-rows" role="status"><span class="sr-only">"Loading samples"</span>{bars.collect_view()}</div>
    }
}
