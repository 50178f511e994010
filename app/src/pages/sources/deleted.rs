//! Deleted sources, for as long as they can be restored.

use super::api::DeletedRow;
use crate::href;
use crate::ui::button::{Button, ButtonSize};
use crate::ui::moment::MomentView;
use crate::ui::tile::Tile;
use domain::number_format::NOTHING;
use leptos::prelude::*;

#[component]
pub(super) fn Deleted(rows: Vec<DeletedRow>) -> impl IntoView {
    if rows.is_empty() {
        return ().into_any();
    }
    let rows = rows.into_iter().map(|row| {
        view! {
            <li class="deleted">
                <Tile monogram=row.kind.monogram.unwrap_or_else(|| NOTHING.to_owned()) />
                <span class="row-name__text">
                    <b dir="auto">{row.name.clone()}</b>
                    <span class="row-name__desc">"Deleted "<MomentView moment=row.deleted />". Its data is deleted on "{row.purge}"."</span>
                </span>
                <form method="post" action=href::sources() aria-label=format!("Restore {}", row.name)>
                    <input type="hidden" name="action" value="restore" />
                    <input type="hidden" name="source" value=row.number.to_string() />
                    <Button size=ButtonSize::Small>"Restore"</Button>
                </form>
            </li>
        }
    });
    view! {
        <section class="panel sources__deleted" aria-labelledby="deleted-title">
            <div class="panel__head"><h2 id="deleted-title">"Deleted sources"</h2></div>
            <ul>{rows.collect_view()}</ul>
        </section>
    }
    .into_any()
}
