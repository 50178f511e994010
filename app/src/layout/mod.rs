//! What surrounds every page: the document (`shell`), the frame, its navigation, the theme.

pub mod api;
pub mod frame;
pub mod nav;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod theme;
