//! Sending on the data channel.

use meeting::client::ConnectionEvent;
use web_sys::RtcDataChannelState;

use super::PeerConnection;
use crate::error::{JsError, report};

/// What may wait on the data channel to be sent, in bytes: what Chromium takes. A far end that
/// missed every message a page keeps is sent less than that at once.
const CHANNEL_BACKLOG: u32 = 16 * 1024 * 1024;

impl PeerConnection {
    /// Sends a text on the data channel. A channel that does not take it is given up: the next
    /// one brings everything that is missing, where this one would leave something out.
    pub(crate) fn send(&self, text: &str) {
        if self.channel.ready_state() != RtcDataChannelState::Open {
            return;
        }
        if self.channel.buffered_amount() > CHANNEL_BACKLOG {
            self.give_up_channel();
        } else if let Err(error) = self.channel.send_with_str(text) {
            report(&JsError::from(error).to_string());
            self.give_up_channel();
        }
    }

    /// Says at once that the channel is closed: the browser does so only when the far end agrees.
    fn give_up_channel(&self) {
        self.channel.close();
        self.report_event(ConnectionEvent::ChannelClosed);
    }
}
