//! The pages, one module per noun; `App` in `lib.rs` says which address shows which.

pub mod catalog;
pub mod catalog_entry;
pub mod docs;
pub mod new_source;
pub mod not_found;
pub mod source_overview;
pub mod source_redirect;
pub mod source_settings;
pub mod source_setup;
pub mod source_tabs;
pub mod sources;
