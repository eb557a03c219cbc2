//! The file channel of one connection at one end.

use std::collections::VecDeque;

use meeting::limits;

use super::transport::Channel;

/// What waits to be sent, and whether it can be.
#[derive(Debug, Default)]
pub struct FileChannel {
    /// Whether it is open.
    pub state: Channel,
    outbox: VecDeque<Vec<u8>>,
    buffered: usize,
}

impl FileChannel {
    /// How many bytes wait to be sent.
    pub const fn buffered(&self) -> usize {
        self.buffered
    }

    /// Puts a message behind those that wait.
    pub fn send(&mut self, message: Vec<u8>) {
        assert_eq!(
            self.state,
            Channel::Open,
            "sent on a file channel that is not open"
        );
        self.buffered += message.len();
        assert!(
            self.buffered <= limits::FILE_BUFFER + 64 * limits::FILE_DATA_BYTES,
            "{} bytes wait to be sent",
            self.buffered
        );
        self.outbox.push_back(message);
    }

    /// Sends what so many bytes take, the last message in full. Says whether the channel tells that
    /// there is room again.
    pub fn drain(&mut self, mut pace: usize) -> (Vec<Vec<u8>>, bool) {
        let before = self.buffered;
        let mut sent = Vec::new();
        while pace > 0
            && let Some(message) = self.outbox.pop_front()
        {
            pace = pace.saturating_sub(message.len());
            self.buffered -= message.len();
            sent.push(message);
        }
        let low = limits::FILE_BUFFER_LOW;
        (sent, before > low && self.buffered <= low)
    }

    /// Nothing is sent any more.
    pub fn close(&mut self) {
        self.state = Channel::Closed;
        self.outbox.clear();
        self.buffered = 0;
    }
}
