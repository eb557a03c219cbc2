//! How the views talk to the actor. Commands go into a channel; nothing here waits or decides.

use futures::channel::mpsc::UnboundedSender;
use meeting::id::{DisplayName, ParticipantId};
use web_sys::HtmlVideoElement;

use std::cell::Cell;
use std::rc::Rc;

/// What a person asks for.
#[derive(Debug)]
pub(crate) enum Command {
    Join(DisplayName),
    Leave,
    SetMicrophone(bool),
    SetCamera(bool),
    ChooseMicrophone(String),
    ChooseCamera(String),
    ChooseSpeaker(Option<String>),
    ShareScreen,
    StopSharing,
    SendChat(String),
    KeepChat {
        draft: String,
        unread: usize,
    },
    TestSpeaker,
    ResumeSound,
    TryAgain,
    Attach {
        key: u64,
        element: HtmlVideoElement,
        source: VideoSource,
    },
    Detach {
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
/// [`CallHandle::leave`] is called or the last handle is dropped.
#[derive(Clone, Debug)]
pub struct CallHandle {
    commands: UnboundedSender<Command>,
    next_attachment: Rc<Cell<u64>>,
}

impl CallHandle {
    pub(crate) fn new(commands: UnboundedSender<Command>) -> Self {
        Self {
            commands,
            next_attachment: Rc::default(),
        }
    }

    /// Enters the room.
    pub fn join(&self, name: DisplayName) {
        self.send(Command::Join(name));
    }

    /// Leaves the room, or the pre-join page: devices are released, connections closed.
    pub fn leave(&self) {
        self.send(Command::Leave);
    }

    /// Turns the microphone on or off. Turning on one that failed tries again.
    pub fn set_microphone(&self, on: bool) {
        self.send(Command::SetMicrophone(on));
    }

    /// Turns the camera on or off. Turning on one that failed tries again.
    pub fn set_camera(&self, on: bool) {
        self.send(Command::SetCamera(on));
    }

    /// Uses another microphone, by device id.
    pub fn choose_microphone(&self, device: String) {
        self.send(Command::ChooseMicrophone(device));
    }

    /// Uses another camera, by device id.
    pub fn choose_camera(&self, device: String) {
        self.send(Command::ChooseCamera(device));
    }

    /// Plays sound on another loudspeaker, by device id; `None` is the browser's default.
    pub fn choose_speaker(&self, device: Option<String>) {
        self.send(Command::ChooseSpeaker(device));
    }

    /// Asks which screen, window or tab to share, and shares it.
    pub fn share_screen(&self) {
        self.send(Command::ShareScreen);
    }

    /// Stops sharing.
    pub fn stop_sharing(&self) {
        self.send(Command::StopSharing);
    }

    /// Says something to everyone.
    pub fn send_chat(&self, text: String) {
        self.send(Command::SendChat(text));
    }

    /// Keeps what is being written, and how many messages of others were not seen yet, in case the page
    /// is loaded again. [`Update::Draft`](crate::Update::Draft) gives the one back, and the other is
    /// counted among [`CallView::received_messages`](crate::CallView::received_messages).
    pub fn keep_chat(&self, draft: String, unread: usize) {
        self.send(Command::KeepChat { draft, unread });
    }

    /// Plays a short sound on the chosen loudspeaker.
    pub fn test_speaker(&self) {
        self.send(Command::TestSpeaker);
    }

    /// Plays the others' sound after the browser held it back; call it from a click.
    pub fn resume_sound(&self) {
        self.send(Command::ResumeSound);
    }

    /// Asks to be let in again by a server that did not let this page in.
    pub fn try_again(&self) {
        self.send(Command::TryAgain);
    }

    /// Shows a video in an element for as long as the attachment lives.
    #[must_use = "dropping the attachment clears the element"]
    pub fn attach(&self, element: HtmlVideoElement, source: VideoSource) -> VideoAttachment {
        let key = self.next_attachment.get();
        self.next_attachment.set(key + 1);
        self.send(Command::Attach {
            key,
            element,
            source,
        });
        VideoAttachment {
            key,
            commands: self.commands.clone(),
        }
    }

    fn send(&self, command: Command) {
        deliver(&self.commands, command);
    }
}

/// Keeps a video in its element. Dropping it clears the element.
#[derive(Debug)]
pub struct VideoAttachment {
    key: u64,
    commands: UnboundedSender<Command>,
}

impl Drop for VideoAttachment {
    fn drop(&mut self) {
        deliver(&self.commands, Command::Detach { key: self.key });
    }
}

/// The actor outlives every command but the last: a command to a call that is over has no effect.
fn deliver(commands: &UnboundedSender<Command>, command: Command) {
    drop(commands.unbounded_send(command));
}
