//! A stream of server-sent events, as pages follow one. Only for browsers: open it in an effect or a handler. The browser
//! itself tries again when the connection is lost.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

/// An open stream and what it calls: they live as long as it does.
pub struct Stream {
    source: EventSource,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_open: Closure<dyn FnMut()>,
    _on_error: Closure<dyn FnMut()>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}

impl Stream {
    /// Opens the stream at an address. `take` gets the text of each message; `keep` is told whenever the connection is
    /// there (`true`) or lost.
    pub fn open(
        address: &str,
        mut take: impl FnMut(&str) + 'static,
        keep: impl Fn(bool) + Copy + 'static,
    ) -> Option<Self> {
        let source = EventSource::new(address).ok()?;
        let on_message =
            Closure::new(move |message: MessageEvent| take(&message.data().as_string().unwrap_or_default()));
        let on_open = Closure::new(move || keep(true));
        let on_error = Closure::new(move || keep(false));
        source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        source.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self { source, _on_message: on_message, _on_open: on_open, _on_error: on_error })
    }
}
