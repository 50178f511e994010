//! The wasm entry: calls `app`'s hydrate and nothing else.
