//! A new migration must reach the binary even when no Rust file changed.

#![allow(clippy::print_stdout)]

fn main() {
    println!("cargo::rerun-if-changed=../migrations");
}
