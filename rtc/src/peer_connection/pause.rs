//! Not reading the data channel of somebody who sends far too much: a page that wakes up for each
//! message of a flood draws no frames.

use std::collections::VecDeque;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use js_sys::JsString;
use meeting::client::ConnectionEvent;
use meeting::limits;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

use super::PeerConnection;

/// How long a channel is not read. In a page that is not shown, browsers make it a second.
const PAUSE_MS: u32 = 250;
/// Messages of such a time that are read after it: more than anybody may send in the long run.
const READ_AFTERWARDS: usize = 32;

impl PeerConnection {
    /// Takes what came on the channel, now or after the pause.
    pub(crate) fn receive(&self, data: JsValue) {
        match &mut *self.unread.borrow_mut() {
            // The others would be left out anyway, and may be of any size.
            Some(unread) if is_short_text(&data) => {
                unread.push_back(data);
                if unread.len() > READ_AFTERWARDS {
                    unread.pop_front();
                }
            }
            Some(_) => {}
            None => self.read(&data),
        }
    }

    /// Does not read the channel for a moment, and of what comes meanwhile only the newest.
    pub(crate) fn pause_reading(self: &Rc<Self>) {
        let mut unread = self.unread.borrow_mut();
        if unread.is_some() {
            return;
        }
        *unread = Some(VecDeque::new());
        let connection = Rc::downgrade(self);
        spawn_local(async move {
            TimeoutFuture::new(PAUSE_MS).await;
            if let Some(connection) = connection.upgrade() {
                let unread = connection.unread.take();
                for data in unread.iter().flatten() {
                    connection.read(data);
                }
            }
        });
    }

    fn read(&self, data: &JsValue) {
        // What is no text says nothing, and counts as a message all the same.
        let text = data.as_string().unwrap_or_default();
        self.report_event(ConnectionEvent::ChannelMessage(text));
    }
}

fn is_short_text(data: &JsValue) -> bool {
    let length = data.dyn_ref::<JsString>().map(JsString::length);
    length.is_some_and(|it| usize::try_from(it).is_ok_and(|it| it <= limits::CONVERSATION_BYTES))
}
