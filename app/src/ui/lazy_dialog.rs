//! A dialog that is empty while it is closed: what it holds is drawn, and its code fetched, when it opens.

use crate::lazy_part::drawn_when_there;
use leptos::html::Dialog;
use leptos::prelude::*;
use std::future::Future;
use wasm_split_helpers::SplitLoaderError;

/// The dialog, as those hold it who open and close it.
#[derive(Clone, Copy, Debug)]
pub struct LazyDialog {
    /// Goes to the `<dialog>`.
    pub node: NodeRef<Dialog>,
    filled: RwSignal<bool>,
}

impl LazyDialog {
    /// A closed dialog.
    #[must_use]
    pub fn new() -> Self {
        Self { node: NodeRef::new(), filled: RwSignal::new(false) }
    }

    /// Opens it, with what it holds drawn anew; what had the focus gets it back when it closes.
    pub fn show(self) {
        if let Some(dialog) = self.node.get_untracked().filter(|dialog| !dialog.open()) {
            self.filled.set(true);
            // Fails only for a dialog that is open or not in the page.
            let _shown = dialog.show_modal();
        }
    }

    /// Closes it.
    pub fn close(self) {
        if let Some(dialog) = self.node.get_untracked() {
            dialog.close();
        }
    }

    /// Opens it if it is closed, and the other way round.
    pub fn toggle(self) {
        if self.is_open() { self.close() } else { self.show() }
    }

    /// For `on:close`: empties it. The browser says so in a task of its own, when it may be open again.
    pub fn closed(self) {
        if !self.is_open() {
            self.filled.set(false);
        }
    }

    /// What it holds, or `instead` where the code of that cannot be had.
    pub fn inside<F>(self, drawing: impl Fn() -> F + Send + 'static, instead: fn() -> AnyView) -> impl IntoView
    where
        F: Future<Output = Result<AnyView, SplitLoaderError>> + 'static,
    {
        move || self.filled.get().then(|| drawn_when_there(drawing(), instead))
    }

    fn is_open(self) -> bool {
        self.node.get_untracked().is_some_and(|dialog| dialog.open())
    }
}

impl Default for LazyDialog {
    fn default() -> Self {
        Self::new()
    }
}
