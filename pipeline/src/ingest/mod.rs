//! From bytes to judged events: `inflate`, then `decode`, then `judge`, which walks `steps::STEPS`.

pub mod decode;
pub mod draft;
pub mod field;
pub mod inflate;
pub mod judge;
pub mod steps;
