//! The server's end of a page's socket.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use meeting::signaling::CloseCode;
use simulation::backend::{Answer, SocketId};
use tokio::sync::mpsc::UnboundedReceiver;

use server::socket::connection::{Frame, SendError, Socket};

/// What the servers did to their sockets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answers(Arc<Mutex<Vec<Answer>>>);

impl Answers {
    pub(crate) fn push(&self, answer: Answer) {
        self.0.lock().unwrap().push(answer);
    }

    pub(crate) fn take(&self) -> Vec<Answer> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// Whether the machine is without power, so that nobody hears of the end of anything on it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Silence(Arc<AtomicBool>);

impl Silence {
    pub(crate) fn fall(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn has_fallen(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// An open socket.
#[derive(Debug)]
pub(crate) struct SimulatedSocket {
    id: SocketId,
    frames: UnboundedReceiver<Frame>,
    answers: Answers,
    silence: Silence,
    /// Whether either end has said that it is over.
    over: bool,
}

impl SimulatedSocket {
    pub(crate) fn new(
        id: SocketId,
        frames: UnboundedReceiver<Frame>,
        answers: Answers,
        silence: Silence,
    ) -> Self {
        Self {
            id,
            frames,
            answers,
            silence,
            over: false,
        }
    }

    /// Tells the page that it is open.
    pub(crate) fn accept(&mut self) {
        self.answers.push(Answer::Open(self.id));
    }
}

impl Socket for SimulatedSocket {
    async fn receive(&mut self) -> Frame {
        let frame = self.frames.recv().await.unwrap_or(Frame::Broken);
        self.over |= matches!(frame, Frame::Broken | Frame::Closed(_));
        frame
    }

    async fn send(&mut self, text: String) -> Result<(), SendError> {
        if self.over {
            return Err(SendError::Broken);
        }
        self.answers.push(Answer::Say(self.id, text));
        Ok(())
    }

    async fn close(mut self, code: CloseCode) {
        if !self.over {
            self.over = true;
            self.answers.push(Answer::Close(self.id, code));
        }
    }

    async fn close_connection(mut self) {
        self.over = true;
    }
}

impl Drop for SimulatedSocket {
    fn drop(&mut self) {
        if !self.over && !self.silence.has_fallen() {
            self.answers.push(Answer::Break(self.id));
        }
    }
}
