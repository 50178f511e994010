//! From bytes to judged events: `inflate`, then `decode`, then `judge`, which walks `steps::STEPS`. `decode` opens the
//! `envelope`, merges what the batch says for all (`merge`) and reads each event into a `draft`: its `payload`, the
//! `context` in it, its `field`s and `moment`s. A pixel's query becomes a body in `pixel`.

pub mod context;
pub mod decode;
pub mod draft;
pub mod envelope;
pub mod extent;
pub mod field;
pub mod inflate;
pub mod judge;
pub mod merge;
pub mod moment;
pub mod object;
pub mod payload;
pub mod pixel;
pub mod steps;
