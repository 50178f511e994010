//! The samples: a list of payloads of which one is open, the buttons and keys that turn to the next, and older ones.

use super::api::{Part, SAMPLES_EXPORTED_MAX, SAMPLES_PAGE, Sample, SamplesPage};
use crate::pages::source_overview::place::Place;
use crate::ui::copy::CopyWords;
use crate::ui::icon::{Icon, IconView};
use crate::ui::moment::MomentView;
use domain::number_format::count;
use leptos::ev::KeyboardEvent;
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::web_sys::{Element, HtmlElement};
use wasm_bindgen::JsCast;

/// Which sample is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Previous,
    Next,
}

#[component]
pub(super) fn SampleList(
    page: SamplesPage,
    place: Place,
    dialog: NodeRef<Dialog>,
    /// The messageId at the head of the page that was shown before.
    shown_first: StoredValue<Option<Option<String>>>,
) -> impl IntoView {
    let shown = shown(&page);
    let last_page = SAMPLES_EXPORTED_MAX / SAMPLES_PAGE;
    let older = (page.has_older && page.page < last_page).then(|| place.href(place.query.with_samples(page.page + 1)));
    let newer = (page.page > 1).then(|| place.href(place.query.with_samples(page.page - 1)));
    let empty =
        page.samples.is_empty().then(|| view! { <p class="muted">"No sample of this reason is in this range."</p> });
    let note = page.note.map(|note| view! { <p class="muted samples__note" role="status">{note}</p> });
    // Another page begins with its first sample, whatever was open before.
    let head = page.samples.first().map(|sample| sample.message_id.clone());
    Effect::new(move |_| {
        let before = shown_first.try_update_value(|shown| shown.replace(head.clone())).flatten();
        if before.is_some_and(|before| before != head)
            && let Some(dialog) = dialog.get_untracked()
            && let Ok(Some(sample)) = dialog.query_selector(".sample")
        {
            open(&sample);
        }
    });
    let samples = page.samples.into_iter().enumerate();
    let samples = samples.map(|(i, sample)| view! { <SampleView sample=sample is_open={i == 0} dialog=dialog /> });
    let samples = samples.collect_view();
    let list = empty.is_none().then(|| view! { <div class="samples">{samples}</div> });
    let turns = (older.is_some() || newer.is_some()).then(|| {
        view! {
            <nav class="samples__pages" aria-label="Pages of samples">
                {newer.map(|href| view! {
                    <a class="button button--sm" rel="prev" href=href data-noscroll=""><IconView icon=Icon::ChevronLeft />"Newer"</a>
                })}
                {older.map(|href| view! {
                    <a class="button button--sm" rel="next" href=href data-noscroll="">"Older"<IconView icon=Icon::ChevronRight /></a>
                })}
            </nav>
        }
    });
    view! {
        <section>
            <h3>"Samples "<span class="quiet">{shown}</span></h3>
            {empty} {list} {note} {turns}
        </section>
    }
}

/// `10 of 1,204`, `11–20 of 1,204`
fn shown(page: &SamplesPage) -> String {
    let (first, samples) = (u64::from(page.page - 1) * u64::from(SAMPLES_PAGE), page.samples.len() as u64);
    let all = count(page.counts.now.max(first + samples));
    match (page.page, samples) {
        (_, 0) => String::new(),
        (1, n) => format!("{n} of {all}"),
        (_, n) => format!("{}–{} of {all}", count(first + 1), count(first + n)),
    }
}

#[component]
fn SampleView(sample: Sample, is_open: bool, dialog: NodeRef<Dialog>) -> impl IntoView {
    let label = format!("Payload of {}", sample.message_id);
    let library = sample.library.map(|library| view! { <span>{library}</span> });
    let full = sample.moment.full.clone();
    let parts = sample.parts.into_iter().map(|part| view! { <PartView part=part label=label.clone() /> });
    let parts = parts.collect_view();
    let json = sample.text.map(|text| view! { <CopyWords text=text words="Copy JSON" icon=Icon::Copy /> });
    let curl = sample.curl.map(|curl| {
        view! {
            <CopyWords text=curl.clone() words="Copy as cURL" icon=Icon::Terminal />
            <details class="sample__curl without-script">
                <summary class="button button--sm"><IconView icon=Icon::Terminal />"Show as cURL"</summary>
                <pre class="code" tabindex="0"><code>{curl}</code></pre>
            </details>
        }
    });
    let turn_button = move |by: Turn, label: &'static str, key: &'static str, icon: Icon| {
        view! {
            <button
                class="button button--sm button--icon with-script"
                type="button"
                aria-label=label
                aria-keyshortcuts=key
                title=key
                on:click=move |_| turn(dialog, by)
            >
                <IconView icon=icon />
            </button>
        }
    };
    view! {
        <details class="sample" name="sample" open=is_open>
            <summary>
                <IconView icon=Icon::ChevronRight />
                <MomentView moment=sample.moment />
                <span>{sample.call}</span>
                <code>{sample.message_id}</code>
                <span class="quiet">{sample.arrived}</span>
            </summary>
            <div class="sample__body">
                <p class="sample__facts quiet"><span>{full}</span>{library}</p>
                {parts}
                <div class="sample__actions">
                    {curl} {json}
                    <span class="sample__spacer"></span>
                    {turn_button(Turn::Previous, "Previous sample", "k", Icon::ArrowUp)}
                    {turn_button(Turn::Next, "Next sample", "j", Icon::ArrowDown)}
                </div>
            </div>
        </details>
    }
}

/// Lines of a payload, perhaps folded.
#[component]
pub(crate) fn PartView(part: Part, label: String) -> impl IntoView {
    let code = move |html: String| {
        view! {
            <pre class="code" tabindex="0" role="region" aria-label=label><code inner_html=html></code></pre>
        }
    };
    match part.title {
        None => code(part.html).into_any(),
        Some(title) if part.is_left_out => view! { <p class="sample__fold quiet">{title}</p> }.into_any(),
        Some(title) => view! {
            <details class="sample__fold"><summary>{title}</summary>{code(part.html)}</details>
        }
        .into_any(),
    }
}

/// `j` and `k` turn to the next sample and the one before; on a sample's head the arrows do, too.
pub(super) fn turn_by_key(dialog: NodeRef<Dialog>, event: &KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let is_on_head = || {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        target.is_some_and(|target| target.tag_name() == "SUMMARY")
    };
    let by = match event.key().as_str() {
        "j" => Turn::Next,
        "k" => Turn::Previous,
        "ArrowDown" if is_on_head() => Turn::Next,
        "ArrowUp" if is_on_head() => Turn::Previous,
        _ => return,
    };
    event.prevent_default();
    turn(dialog, by);
}

/// Opens the sample beside the open one; past the last one its page's neighbour.
fn turn(dialog: NodeRef<Dialog>, by: Turn) {
    let Some(dialog) = dialog.get_untracked() else { return };
    let find = |selector: &str| dialog.query_selector(selector).ok().flatten();
    let sample = match find(".sample[open]") {
        None => find(".sample"),
        Some(shown) if by == Turn::Next => shown.next_element_sibling(),
        Some(shown) => shown.previous_element_sibling(),
    };
    match sample {
        Some(sample) => open(&sample),
        None => {
            let link = find(if by == Turn::Next { "[rel=next]" } else { "[rel=prev]" });
            if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
                link.click();
            }
        }
    }
}

/// Opens a sample, which closes the one that was open, and moves the focus to its head.
fn open(sample: &Element) {
    let _is_open = sample.set_attribute("open", "");
    let head = sample.first_element_child().and_then(|head| head.dyn_into::<HtmlElement>().ok());
    if let Some(head) = head {
        let _has_focus = head.focus();
    }
}
