//! An event listener that ends with its owner.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Event, EventTarget};

/// Listens for one type of event until dropped.
#[derive(Debug)]
pub(crate) struct Listener {
    target: EventTarget,
    event: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    pub(crate) fn new(
        target: &EventTarget,
        event: &'static str,
        on_event: impl FnMut(Event) + 'static,
    ) -> Self {
        let closure = Closure::<dyn FnMut(Event)>::new(on_event);
        let function = closure.as_ref().unchecked_ref();
        // Adding a listener cannot fail; only the binding says that it may.
        drop(target.add_event_listener_with_callback(event, function));
        Self {
            target: target.clone(),
            event,
            closure,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let function = self.closure.as_ref().unchecked_ref();
        // Removing a listener cannot fail either.
        drop(
            self.target
                .remove_event_listener_with_callback(self.event, function),
        );
    }
}
