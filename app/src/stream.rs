//! A stream of server-sent events, as pages follow one. Only for browsers: open it in an effect or a handler. The browser
//! itself tries again when the connection is lost; where it gives up, because a proxy or a server about to stop answered with
//! an error, the stream is opened anew after a while.

use leptos::prelude::{TimeoutHandle, set_timeout_with_handle};
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

/// How long after an answer that ended the stream it is opened anew.
const ANEW_AFTER: Duration = Duration::from_secs(3);

/// An open stream and what it calls: they live as long as it does.
pub struct Stream(Rc<Inner>);

struct Inner {
    address: String,
    source: RefCell<Option<EventSource>>,
    anew: Cell<Option<TimeoutHandle>>,
    calls: OnceCell<Calls>,
}

struct Calls {
    message: Closure<dyn FnMut(MessageEvent)>,
    open: Closure<dyn FnMut()>,
    error: Closure<dyn FnMut()>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        if let Some(anew) = self.0.anew.take() {
            anew.clear();
        }
        if let Some(source) = self.0.source.take() {
            source.close();
        }
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
        let inner = Rc::new(Inner {
            address: address.to_owned(),
            source: RefCell::default(),
            anew: Cell::default(),
            calls: OnceCell::new(),
        });
        let weak = Rc::downgrade(&inner);
        inner.calls.get_or_init(|| Calls {
            message: Closure::new(move |message: MessageEvent| take(&message.data().as_string().unwrap_or_default())),
            open: Closure::new(move || keep(true)),
            error: Closure::new(move || {
                keep(false);
                Inner::open_anew_if_ended(&weak);
            }),
        });
        inner.connect()?;
        Some(Self(inner))
    }
}

impl Inner {
    fn connect(&self) -> Option<()> {
        let (source, calls) = (EventSource::new(&self.address).ok()?, self.calls.get()?);
        source.set_onmessage(Some(calls.message.as_ref().unchecked_ref()));
        source.set_onopen(Some(calls.open.as_ref().unchecked_ref()));
        source.set_onerror(Some(calls.error.as_ref().unchecked_ref()));
        self.source.replace(Some(source));
        Some(())
    }

    fn open_anew_if_ended(weak: &Weak<Self>) {
        let Some(inner) = weak.upgrade() else { return };
        let has_ended =
            inner.source.borrow().as_ref().is_some_and(|source| source.ready_state() == EventSource::CLOSED);
        if has_ended {
            let weak = weak.clone();
            let connect = move || {
                if let Some(inner) = weak.upgrade() {
                    inner.connect();
                }
            };
            inner.anew.set(set_timeout_with_handle(connect, ANEW_AFTER).ok());
        }
    }
}
