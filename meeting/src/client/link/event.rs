//! What the browser says about a connection.

use crate::liveness::Traffic;
use crate::negotiation;
use crate::recovery::TransportState;

/// Something the browser said about a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionEvent {
    /// The browser would not make it.
    Unmade,
    /// A call of the negotiation came to its end, or the browser wants one begun.
    Negotiation(negotiation::Input),
    /// What the transport has come to, by
    /// [`connectionstatechange`](https://www.w3.org/TR/webrtc/#event-connectionstatechange).
    Transport(TransportState),
    /// What crossed it so far, from the statistics.
    Traffic(Traffic),
    /// Texts can be sent on the data channel now.
    ChannelOpened,
    /// Nothing more can be sent on the data channel, nor comes.
    ChannelClosed,
    /// A text came on the data channel.
    ChannelMessage(String),
    /// Bytes can be sent on the file channel now.
    FileChannelOpened,
    /// Nothing more can be sent on the file channel, nor comes.
    FileChannelClosed,
    /// Bytes came on the file channel. What comes as a text there comes as no bytes at all.
    FileMessage(Vec<u8>),
    /// So little waits in the file channel to be sent that there is room for more
    /// ([`bufferedamountlow`](https://www.w3.org/TR/webrtc/#event-datachannel-bufferedamountlow)).
    FileBufferLow,
}
