//! How the views talk to the actor. Commands go into a channel; nothing here waits or decides.

use futures::channel::mpsc::UnboundedSender;
use meeting::chat::Outgoing;
use meeting::conversation::Reaction;
use meeting::files::{AttachedFile, FileKey};
use meeting::id::{DisplayName, ParticipantId};
use meeting::recording::Subject;
use web_sys::{File, FileList, HtmlVideoElement};

use crate::view::Draft;

use std::cell::Cell;
use std::rc::Rc;

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
    /// Raise the hand, or lower it.
    SetHand(bool),
    /// Show something to everyone for a moment.
    React(Reaction),
    /// Say something in the chat.
    SendChat(Outgoing),
    /// Say that something is being written in the chat, to this one alone or to everyone.
    Typing(Option<ParticipantId>),
    /// Attach these files to the chat; see [`CallHandle::attach_files`].
    AttachFiles(Vec<File>),
    /// Get a file that somebody attached.
    AcceptFile(AttachedFile),
    /// Give up a file: one that comes, one that was to be attached, or one that is here.
    CancelFile(FileKey),
    /// Keep what is being written, and how many messages of others were not seen yet, in case the
    /// page is loaded again. [`Update::Draft`](crate::Update::Draft) gives the one back, and the other
    /// is counted among [`CallView::received_messages`](crate::CallView::received_messages).
    KeepChat {
        /// What is being written.
        draft: Draft,
        /// How many messages were not seen.
        unread: usize,
    },
    /// Record this, until told to stop. While something is recorded or saved this has no effect.
    Record(Subject),
    /// Stop recording, and save what was recorded.
    StopRecording,
    /// Save a picture of the screen that somebody shares.
    SavePicture(ParticipantId),
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
/// [`Command::Leave`] is sent or the last handle is dropped.
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

    /// Asks the actor for something. A command to a call that is over has no effect.
    pub fn send(&self, command: Command) {
        deliver(&self.commands, command);
    }

    /// Attaches files that the person chose or dropped to the chat. The list itself may be emptied
    /// afterwards.
    pub fn attach_files(&self, files: &FileList) {
        let files = (0..files.length()).filter_map(|index| files.item(index));
        self.send(Command::AttachFiles(files.collect()));
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
