//! The file channel: the second data channel of a connection, for the bytes of files.

use std::rc::Rc;

use js_sys::{ArrayBuffer, Uint8Array};
use meeting::client::ConnectionEvent;
use meeting::limits;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    MessageEvent, RtcDataChannel, RtcDataChannelInit, RtcDataChannelState, RtcDataChannelType,
};

use super::PeerConnection;
use crate::bindings::PeerConnectionExt;
use crate::error::{JsError, report};
use crate::object::set;

/// Both ends make it themselves, under this stream id.
const CHANNEL_ID: u16 = 1;

impl PeerConnection {
    /// Makes the file channel. What comes of it goes into the mailbox.
    pub(crate) fn open_file_channel(self: &Rc<Self>) {
        let options = RtcDataChannelInit::new();
        options.set_negotiated(true);
        options.set_id(CHANNEL_ID);
        // A browser that does not know it goes by what waits to be sent, which is little.
        set(&options, "priority", &"low".into());
        let inner: &PeerConnectionExt = self.inner.unchecked_ref();
        match inner.create_data_channel_checked("files", &options) {
            Ok(channel) => self.use_file_channel(channel),
            Err(error) => {
                report(&JsError::from(error).to_string());
                self.report_event(ConnectionEvent::FileChannelClosed);
            }
        }
    }

    fn use_file_channel(self: &Rc<Self>, channel: RtcDataChannel) {
        channel.set_binary_type(RtcDataChannelType::Arraybuffer);
        let low = u32::try_from(limits::FILE_BUFFER_LOW).unwrap_or_default();
        channel.set_buffered_amount_low_threshold(low);
        self.on(&channel, "open", |connection, _| {
            connection.report_event(ConnectionEvent::FileChannelOpened);
        });
        self.on(&channel, "close", |connection, _| {
            connection.report_event(ConnectionEvent::FileChannelClosed);
        });
        self.on(&channel, "bufferedamountlow", |connection, _| {
            connection.report_event(ConnectionEvent::FileBufferLow);
        });
        self.on(&channel, "message", |connection, event| {
            let data = event.unchecked_into::<MessageEvent>().data();
            connection.report_event(ConnectionEvent::FileMessage(bytes_of(&data)));
        });
        self.file_channel.replace(Some(channel));
    }

    /// Closes it for good.
    pub(crate) fn close_file_channel(&self) {
        if let Some(channel) = &*self.file_channel.borrow() {
            channel.close();
        }
    }

    /// Sends bytes on it. What is left out is asked for again, as on any channel that broke.
    pub(crate) fn send_file(&self, bytes: &[u8]) {
        let sent = match &*self.file_channel.borrow() {
            Some(channel) if channel.ready_state() == RtcDataChannelState::Open => {
                channel.send_with_u8_array(bytes)
            }
            _ => Ok(()),
        };
        if let Err(error) = sent {
            report(&JsError::from(error).to_string());
            self.close_file_channel();
        }
    }

    /// How many bytes wait in it to be sent.
    pub(crate) fn buffered_in_file_channel(&self) -> usize {
        let channel = self.file_channel.borrow();
        let buffered = channel.as_ref().map_or(0, RtcDataChannel::buffered_amount);
        usize::try_from(buffered).unwrap_or(usize::MAX)
    }
}

/// The bytes of a message; none of what is a text.
fn bytes_of(data: &JsValue) -> Vec<u8> {
    let buffer = data.dyn_ref::<ArrayBuffer>();
    buffer.map_or_else(Vec::new, |buffer| Uint8Array::new(buffer).to_vec())
}
