//! A pixel's query string.

#![no_main]

#[path = "../../pipeline/tests/checks/mod.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::pixel(bytes));
