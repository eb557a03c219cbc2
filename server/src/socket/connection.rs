//! One WebSocket: frames in and out, with limits and deadlines. Knows nothing of rooms.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use meeting::limits;
use meeting::signaling::CloseCode;
use thiserror::Error;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

use crate::settings::Timing;

/// Read at a time; the default of 128 KiB for each socket would be most of the server's memory.
const READ_BYTES: usize = 4 * 1024;

/// An open socket.
pub(crate) struct Connection {
    socket: WebSocketStream<TokioIo<Upgraded>>,
    write: Duration,
    close: Duration,
}

/// What arrived.
#[derive(Debug)]
pub enum Frame {
    /// A text frame within the limits.
    Text(Utf8Bytes),
    /// A ping or pong of the WebSocket protocol itself; the answer, if any, is on its way.
    Control,
    /// A frame that this protocol does not allow.
    Forbidden(CloseCode),
    /// The browser closed the socket and said why, or did not say.
    Closed(Option<u16>),
    /// The socket broke.
    Broken,
}

/// A frame could not be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SendError {
    /// The browser did not take it in time.
    #[error("the browser reads too slowly")]
    TooSlow,
    /// The socket broke.
    #[error("the socket broke")]
    Broken,
}

/// A socket, as its task uses it.
pub trait Socket: Send {
    /// The next frame. May be dropped half-way without losing any.
    fn receive(&mut self) -> impl Future<Output = Frame> + Send;

    /// Sends a text frame and waits until the operating system has taken it.
    fn send(&mut self, text: String) -> impl Future<Output = Result<(), SendError>> + Send;

    /// Starts the closing handshake with this code, and waits a moment for the browser to end it
    /// ([RFC 6455 §7.1](https://www.rfc-editor.org/rfc/rfc6455#section-7.1)).
    fn close(self, code: CloseCode) -> impl Future<Output = ()> + Send;

    /// Closes the connection after a Close frame of either end.
    fn close_connection(self) -> impl Future<Output = ()> + Send;
}

impl Connection {
    /// The socket on a connection that was upgraded.
    pub(crate) async fn new(upgraded: Upgraded, timing: &Timing) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BYTES)
            .write_buffer_size(0)
            .max_write_buffer_size(2 * limits::MESSAGE_BYTES)
            .max_message_size(Some(limits::MESSAGE_BYTES))
            .max_frame_size(Some(limits::MESSAGE_BYTES));
        let stream = TokioIo::new(upgraded);
        let socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
        Self {
            socket,
            write: timing.write,
            close: timing.close,
        }
    }
}

impl Socket for Connection {
    async fn receive(&mut self) -> Frame {
        match self.socket.next().await {
            Some(Ok(Message::Text(text))) => Frame::Text(text),
            Some(Ok(Message::Binary(_))) => Frame::Forbidden(CloseCode::Unsupported),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Frame::Control,
            Some(Ok(Message::Close(frame))) => Frame::Closed(frame.map(|frame| frame.code.into())),
            Some(Err(Error::Capacity(_))) => Frame::Forbidden(CloseCode::TooLong),
            Some(Err(Error::Utf8(_))) => Frame::Forbidden(CloseCode::BadMessage),
            Some(Err(_)) | None => Frame::Broken,
        }
    }

    async fn send(&mut self, text: String) -> Result<(), SendError> {
        match timeout(self.write, self.socket.send(Message::text(text))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(SendError::Broken),
            Err(_) => Err(SendError::TooSlow),
        }
    }

    async fn close(mut self, code: CloseCode) {
        let frame = CloseFrame {
            code: code.as_u16().into(),
            reason: Utf8Bytes::from_static(""),
        };
        let close = self.socket.send(Message::Close(Some(frame)));
        if matches!(timeout(self.write, close).await, Ok(Ok(()))) {
            self.close_connection().await;
        }
    }

    async fn close_connection(mut self) {
        // What the browser had sent on the way is read and dropped: closing over unread bytes would
        // reset the connection, and the browser might never see why.
        let drain = async {
            // The answer to a close frame may still wait to be written.
            let _ = self.socket.flush().await;
            let stream = self.socket.get_mut();
            stream.shutdown().await?;
            let mut dropped = [0; 1024];
            while stream.read(&mut dropped).await? > 0 {}
            std::io::Result::Ok(())
        };
        // The socket is over whichever way this ends.
        let _ = timeout(self.close, drain).await;
    }
}
