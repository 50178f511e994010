//! Headwater's words and decisions, in reading order. Pure: no IO, no clock, no async; the browser shares these types.
//! Time and randomness are always arguments. SQL for these nouns lives in `store`, HTTP in `server`, screens in `app`.

pub mod audit;
pub mod clock;
pub mod workspace;

pub mod catalog;
pub mod label;
pub mod source;
pub mod write_key;

pub mod email_event;
pub mod event;
pub mod step;

pub mod check;
pub mod discard;
pub mod health;
pub mod rate_limit;
pub mod tally;
pub mod verdict;

pub mod schema;
pub mod validation;

pub mod breakdown;
pub mod filter;
pub mod overview;

pub mod live;

pub mod mark;

pub mod time_range;

pub mod calendar;
pub mod civil;
pub mod zone_offsets;

pub mod number_format;
pub mod search;
