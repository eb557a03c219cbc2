//! What the page around the call may say: the network is back, the tab is shown, a device came.

use wasm_bindgen::JsCast;

use crate::listener::Listener;
use crate::local::capture;
use crate::message::{Mailbox, Message};
use crate::object::get;

/// Listens to all of it.
pub(super) fn listeners(mailbox: &Mailbox) -> Vec<Listener> {
    let Some(window) = web_sys::window() else {
        return Vec::new();
    };
    let listen = |target: &web_sys::EventTarget, event, message: fn() -> Option<Message>| {
        let mailbox = mailbox.clone();
        Listener::new(target, event, move |_| {
            if let Some(message) = message() {
                drop(mailbox.unbounded_send(message));
            }
        })
    };
    let mut listeners = vec![
        listen(&window, "online", || Some(Message::NetworkChanged)),
        listen(&window, "pageshow", || Some(Message::Woken)),
    ];
    if let Some(document) = window.document() {
        listeners.push(listen(&document, "visibilitychange", || {
            let document = web_sys::window().and_then(|window| window.document());
            document
                .is_some_and(|it| !it.hidden())
                .then_some(Message::Woken)
        }));
    }
    listeners.extend(network_listener(&window, mailbox));
    if let Ok(devices) = capture::media_devices() {
        listeners.push(listen(&devices, "devicechange", || {
            Some(Message::DevicesChanged)
        }));
    }
    listeners
}

/// Where the browser knows in what [kind of network](https://wicg.github.io/netinfo/) it is, it says
/// when that changes. It says so of its estimates of speed too, which are no news here.
fn network_listener(window: &web_sys::Window, mailbox: &Mailbox) -> Option<Listener> {
    let connection = get(&window.navigator(), "connection");
    let target: web_sys::EventTarget = connection.clone().dyn_into().ok()?;
    let kind = move || get(&connection, "type").as_string();
    let mut before = kind();
    let mailbox = mailbox.clone();
    Some(Listener::new(&target, "change", move |_| {
        let now = kind();
        if now != before {
            before = now;
            drop(mailbox.unbounded_send(Message::NetworkChanged));
        }
    }))
}

#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod tests {
    use futures::channel::mpsc::unbounded;
    use wasm_bindgen_test::wasm_bindgen_test;
    use web_sys::{Event, EventTarget};

    use super::*;

    fn happens(target: &EventTarget, event: &str) {
        target.dispatch_event(&Event::new(event).unwrap()).unwrap();
    }

    #[wasm_bindgen_test]
    fn a_page_that_is_online_or_shown_again_hears_of_it() {
        let (mailbox, mut messages) = unbounded();
        let listeners = listeners(&mailbox);
        let window = web_sys::window().unwrap();
        happens(&window, "online");
        assert!(matches!(messages.try_recv(), Ok(Message::NetworkChanged)));
        happens(&window, "pageshow");
        assert!(matches!(messages.try_recv(), Ok(Message::Woken)));
        happens(&window.document().unwrap(), "visibilitychange");
        assert!(matches!(messages.try_recv(), Ok(Message::Woken)));

        drop(listeners);
        happens(&window, "online");
        assert!(messages.try_recv().is_err());
    }
}
