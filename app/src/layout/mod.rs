//! What surrounds every page: the document (`shell`), the frame, its navigation, the palette, the theme, the banner of a fault.

pub mod api;
pub mod banner;
pub mod frame;
pub mod nav;
pub mod palette;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod shortcuts;
pub mod theme;
