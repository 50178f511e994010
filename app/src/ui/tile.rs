//! Monogram tiles: they stand where others put vendor logos. Screen readers skip them; a name stands beside them.

use leptos::prelude::*;

/// How large a tile is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TileSize {
    /// In the frame.
    Small,
    /// In a table row.
    #[default]
    Medium,
    /// In a page's head.
    Large,
}

/// What a tile stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TileLook {
    /// A kind of source.
    #[default]
    Plain,
    /// The workspace.
    Accent,
}

/// A tile.
#[component]
pub fn Tile(
    /// Two to four characters.
    #[prop(into)]
    monogram: String,
    /// How large.
    #[prop(optional)]
    size: TileSize,
    /// What for.
    #[prop(optional)]
    look: TileLook,
) -> impl IntoView {
    let size = match size {
        TileSize::Small => " tile--sm",
        TileSize::Medium => "",
        TileSize::Large => " tile--lg",
    };
    let look = match look {
        TileLook::Plain => "",
        TileLook::Accent => " tile--accent",
    };
    view! { <span class=format!("tile{size}{look}") aria-hidden="true">{monogram}</span> }
}
