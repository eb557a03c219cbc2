//! What crosses the socket between a browser and the server: JSON text frames, one enum per
//! direction. `docs/protocol.md` says the same in prose, and a test holds the two together.

mod client_message;
mod close;
mod error;
mod server_message;
mod signal;
mod words;

pub use client_message::{ClientMessage, Join, Resume};
pub use close::{CloseCode, CloseReason, Ending, Outcome, Reaction, Refusal};
pub use error::{ErrorCode, MessageError};
pub use server_message::{
    IceServer, IceServers, Joined, LeaveReason, Participant, Presence, Resumption, Sequenced,
    ServerMessage, Undeliverable,
};
pub use signal::SignalPayload;

/// The WebSocket subprotocol ([RFC 6455 §1.9](https://www.rfc-editor.org/rfc/rfc6455#section-1.9)).
pub const SUBPROTOCOL: &str = "rotunda.v1";

/// The protocol version this build speaks.
pub const PROTOCOL_VERSION: u32 = 1;
