//! Listeners and what a page leaves behind.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, EventTarget};

use crate::listener::Listener;
use crate::storage;

#[wasm_bindgen_test]
fn a_listener_hears_until_it_is_dropped() {
    let target = EventTarget::new().unwrap();
    let heard = Rc::new(Cell::new(0));
    let counter = Rc::clone(&heard);
    let listener = Listener::new(&target, "ring", move |_| counter.set(counter.get() + 1));

    target.dispatch_event(&Event::new("ring").unwrap()).unwrap();
    assert_eq!(heard.get(), 1);

    drop(listener);
    target.dispatch_event(&Event::new("ring").unwrap()).unwrap();
    assert_eq!(heard.get(), 1);
}

#[wasm_bindgen_test]
fn what_is_stored_is_found_again() {
    assert_eq!(storage::get("rotunda.test.nothing"), None);
    storage::set("rotunda.test.name", "Ada");
    assert_eq!(storage::get("rotunda.test.name").as_deref(), Some("Ada"));
}
