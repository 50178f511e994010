//! A body, by every kind of route.

#![no_main]

#[path = "../../pipeline/tests/checks/mod.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::decode_json(bytes));
