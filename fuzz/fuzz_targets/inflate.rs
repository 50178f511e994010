//! A body, packed or not.

#![no_main]

#[path = "../../pipeline/tests/checks/mod.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::packed(bytes));
