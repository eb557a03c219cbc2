//! How the views talk to the actor. Commands go into the mailbox; nothing here waits or decides.

use std::cell::Cell;
use std::rc::Rc;

use meeting::id::{DisplayName, ParticipantId};
use web_sys::HtmlVideoElement;

use crate::message::{Mailbox, Message};

/// What a person asks of the actor.
#[derive(Debug)]
pub enum Command {
    /// Enter the room.
    Join(DisplayName),
    /// Leave the room, or the pre-join page: devices are released, connections closed.
    Leave,
    /// Turn the microphone on or off. Turning on one that failed tries again.
    SetMicrophone(bool),
    /// Turn the camera on or off. Turning on one that failed tries again.
    SetCamera(bool),
    /// Use another microphone, by device id.
    ChooseMicrophone(String),
    /// Use another camera, by device id.
    ChooseCamera(String),
    /// Play sound on another loudspeaker, by device id; `None` is the browser's default.
    ChooseSpeaker(Option<String>),
    /// Ask which screen, window or tab to share, and share it.
    ShareScreen,
    /// Stop sharing.
    StopSharing,
    /// Send a chat message to everyone.
    SendChat(String),
    /// Keep what is being written, and how many messages of others were not seen yet, in case the
    /// page is loaded again. [`Update::Draft`](crate::Update::Draft) gives the one back, and the other
    /// is counted among [`CallView::received_messages`](crate::CallView::received_messages).
    KeepChat {
        /// What is being written.
        draft: String,
        /// How many messages were not seen.
        unread: usize,
    },
    /// Play a short sound on the chosen loudspeaker.
    TestSpeaker,
    /// Play the others' sound after the browser held it back; to be sent from a click.
    ResumeSound,
    /// Ask to be let in again by a server that did not let this page in.
    TryAgain,
    /// Show a video in an element, until the same key is detached: see [`CallHandle::attach`].
    Attach {
        /// The name of the attachment.
        key: u64,
        /// Where it is shown.
        element: HtmlVideoElement,
        /// What is shown.
        source: VideoSource,
    },
    /// Clear the element of an attachment.
    Detach {
        /// The name of the attachment.
        key: u64,
    },
}

/// Which video an element shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VideoSource {
    /// One's own camera.
    LocalCamera,
    /// One's own shared screen.
    LocalScreen,
    /// Somebody's camera.
    RemoteCamera(ParticipantId),
    /// Somebody's shared screen.
    RemoteScreen(ParticipantId),
}

/// A line to the actor that owns the call. Cheap to clone. The call ends when
/// [`Command::Leave`] is sent or the last handle and attachment is dropped.
#[derive(Clone, Debug)]
pub struct CallHandle(Rc<Line>);

#[derive(Debug)]
struct Line {
    mailbox: Mailbox,
    next_attachment: Cell<u64>,
}

impl Line {
    /// The actor outlives every command but the last: a command to a call that is over has no effect.
    fn send(&self, command: Command) {
        drop(self.mailbox.unbounded_send(Message::Command(command)));
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.send(Command::Leave);
    }
}

impl CallHandle {
    pub(crate) fn new(mailbox: Mailbox) -> Self {
        Self(Rc::new(Line {
            mailbox,
            next_attachment: Cell::default(),
        }))
    }

    /// Asks the actor for something. A command to a call that is over has no effect.
    pub fn send(&self, command: Command) {
        self.0.send(command);
    }

    /// Shows a video in an element for as long as the attachment lives.
    #[must_use = "dropping the attachment clears the element"]
    pub fn attach(&self, element: HtmlVideoElement, source: VideoSource) -> VideoAttachment {
        let key = self.0.next_attachment.get();
        self.0.next_attachment.set(key + 1);
        self.send(Command::Attach {
            key,
            element,
            source,
        });
        VideoAttachment {
            key,
            line: Rc::clone(&self.0),
        }
    }
}

/// Keeps a video in its element. Dropping it clears the element.
#[derive(Debug)]
pub struct VideoAttachment {
    key: u64,
    line: Rc<Line>,
}

impl Drop for VideoAttachment {
    fn drop(&mut self) {
        self.line.send(Command::Detach { key: self.key });
    }
}
