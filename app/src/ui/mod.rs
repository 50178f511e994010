//! Parts: they take plain values and callbacks, never a server function. One file per part, one stylesheet of the same
//! name in `style/ui`.

pub mod badge;
pub mod button;
pub mod calendar;
pub mod callout;
pub mod chart;
pub mod code;
pub mod copy;
pub mod dialog;
pub mod drawer;
pub mod empty;
pub mod error_state;
pub mod field;
pub mod icon;
pub mod label_field;
pub mod later;
pub mod lazy_dialog;
pub mod moment;
pub mod page_head;
pub mod popover;
pub mod rail;
pub mod roving;
pub mod search_field;
pub mod secret;
pub mod spark;
pub mod status;
pub mod steps;
pub mod tabs;
pub mod tile;
pub mod unsaved;
