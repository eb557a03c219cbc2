//! What the views read. Plain data: no browser type, no decision.

pub use meeting::chat::ChatEntry;
pub use meeting::client::{Absence, Hearing, LinkState, Obstacle};
pub use meeting::devices::speaker::SpeakerProblem;
pub use meeting::devices::{CaptureProblem, CaptureState, Device as CaptureDevice};
pub use meeting::signaling::{Ending, Refusal};
use std::sync::Arc;

use meeting::id::{DisplayName, ParticipantId, RoomId};
use meeting::signaling::{LeaveReason, Presence};

/// What the actor tells the views.
#[derive(Clone, Debug, PartialEq)]
pub enum Update {
    /// The whole state, after any change. Only the newest matters.
    View(Box<CallView>),
    /// Something that happened once and may be told; none may be lost.
    Notice(Notice),
    /// What was being written when the page was loaded again.
    Draft(String),
}

/// The whole state of a call, from the pre-join page to the page of its end.
#[derive(Clone, Debug, PartialEq)]
pub struct CallView {
    /// The room that the page's address names.
    pub room: RoomId,
    /// How far the call has come.
    pub state: CallState,
    /// This person's own devices.
    pub local: LocalView,
    /// The devices this browser offers; labels are empty until a permission was given.
    pub devices: Devices,
    /// Everybody in the call, in the order they came; this person included. Empty before joining.
    pub people: Vec<PersonView>,
    /// Whether the others receive this person's voice; nothing while there is none to receive.
    pub hearing: Option<Hearing>,
    /// The chat so far, oldest first. Shared, since it grows long and changes rarely.
    pub chat: Arc<Vec<Arc<ChatEntry>>>,
    /// How many messages of others there have been, in the list or no longer. Of those before a
    /// reload, only the ones that were not seen count.
    pub received_messages: usize,
}

impl CallView {
    /// The state before the actor has said anything: the pre-join page, devices wanted and not
    /// asked for yet, everything presumed to be supported. The server renders it.
    pub fn new(room: RoomId) -> Self {
        let off = |wanted| CaptureView {
            wanted,
            state: CaptureState::Off,
            device: None,
        };
        Self {
            room,
            state: CallState::Lobby,
            local: LocalView {
                microphone: off(true),
                microphone_level: 0.0,
                camera: off(true),
                camera_faces: Facing::User,
                screen: off(false),
                speaker: None,
                support: Support {
                    user_media: true,
                    display_media: true,
                    speaker_choice: true,
                    peer_connections: true,
                },
            },
            devices: Devices::default(),
            people: Vec::new(),
            hearing: None,
            chat: Arc::default(),
            received_messages: 0,
        }
    }

    /// How many of the others can be seen, heard and written to now.
    pub fn reach(&self) -> Reach {
        let mut links = self.people.iter().filter(|it| !it.you).map(|it| it.link);
        let is_up = |link| link == LinkState::Connected;
        if links.clone().all(is_up) {
            Reach::All
        } else if links.any(is_up) {
            Reach::Some
        } else {
            Reach::None
        }
    }
}

/// How far a call has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallState {
    /// The pre-join page.
    Lobby,
    /// *Join now* was pressed; what makes a call is not loaded yet.
    Loading(Loading),
    /// *Join now* was pressed; the server has not let the page in yet. With the reason why the last
    /// try came to nothing.
    Joining(Option<Obstacle>),
    /// The call has begun, and goes on with or without the server.
    InCall(ServerLink),
    /// Over, and why.
    Ended(Ending),
}

/// How loading what makes a call goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loading {
    /// It comes.
    Underway,
    /// The last try came to nothing; there will be another.
    Failed,
}

/// Whether the server knows of the call. The call itself does not depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerLink {
    /// The socket is up, so others who come see this person.
    Up,
    /// It is not. Nobody new sees this person.
    Away(Absence),
}

/// How many of the others can be seen, heard and written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All who are shown, or there is nobody.
    All,
    /// Some, but not all.
    Some,
    /// Nobody, though somebody is shown.
    None,
}

/// This person's own devices.
#[derive(Clone, Debug, PartialEq)]
pub struct LocalView {
    /// What the person wants of the microphone, and what came of it.
    pub microphone: CaptureView,
    /// How loud the microphone is now, 0 to 1.
    pub microphone_level: f32,
    /// The same of the camera.
    pub camera: CaptureView,
    /// Where the camera looks, which decides whether its picture is mirrored.
    pub camera_faces: Facing,
    /// The same of the shared screen.
    pub screen: CaptureView,
    /// The device id of the loudspeaker that is being tried or in use; `None` is the browser's
    /// default.
    pub speaker: Option<String>,
    /// What this page may do at all.
    pub support: Support,
}

/// Where a camera looks
/// ([`facingMode`](https://www.w3.org/TR/mediacapture-streams/#dom-videofacingmodeenum)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Facing {
    /// At the person, who expects a mirror.
    #[default]
    User,
    /// At what is around them, which looks wrong in a mirror.
    Environment,
}

/// One capture device: what the person wants, and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct CaptureView {
    /// Whether the person wants it on. Only the person changes this.
    pub wanted: bool,
    /// What came of it.
    pub state: CaptureState,
    /// The device that is being tried, in use or to be asked for.
    pub device: Option<String>,
}

/// What this page may do at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Support {
    /// Microphone and camera.
    pub user_media: bool,
    /// Screen sharing.
    pub display_media: bool,
    /// Choosing a loudspeaker.
    pub speaker_choice: bool,
    /// Connections to others. Without them there is no call.
    pub peer_connections: bool,
}

/// The devices a browser offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Devices {
    /// What the person can be heard with.
    pub microphones: Vec<Device>,
    /// What the person can be seen with.
    pub cameras: Vec<Device>,
    /// What the others can be heard on.
    pub speakers: Vec<Device>,
}

impl Devices {
    /// The name of a device of one kind; `None` while the browser does not tell it.
    pub(crate) fn label(&self, device: CaptureDevice, id: &str) -> Option<String> {
        match device {
            CaptureDevice::Microphone => label(&self.microphones, id),
            CaptureDevice::Camera => label(&self.cameras, id),
            CaptureDevice::Screen => None,
        }
    }

    /// The name of a loudspeaker.
    pub(crate) fn speaker(&self, id: &str) -> Option<String> {
        label(&self.speakers, id)
    }
}

fn label(devices: &[Device], id: &str) -> Option<String> {
    let device = devices.iter().find(|device| device.id == id)?;
    Some(device.label.clone()).filter(|label| !label.trim().is_empty())
}

/// One device that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The browser's name for it.
    pub id: String,
    /// The person's name for it.
    pub label: String,
}

/// Somebody in the call.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonView {
    /// The same for as long as they keep their seat.
    pub id: ParticipantId,
    /// What to call them.
    pub name: DisplayName,
    /// Whether this is the person in front of this screen.
    pub you: bool,
    /// Whether their socket is up.
    pub presence: Presence,
    /// The state of the link that carries them; [`LinkState::Connected`] for oneself.
    pub link: LinkState,
    /// Whether their microphone is on.
    pub microphone: bool,
    /// Whether their camera is on, so that there is video to show.
    pub camera: bool,
    /// Whether they share a screen.
    pub screen: bool,
    /// Whether they are speaking now.
    pub speaking: bool,
}

/// Something that happened once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Somebody came.
    Joined(DisplayName),
    /// Somebody is gone, and why.
    Gone(DisplayName, LeaveReason),
    /// Somebody began to share a screen.
    SharingStarted(DisplayName),
    /// Somebody stopped sharing.
    SharingStopped(DisplayName),
    /// Somebody else wrote something.
    ChatMessage(DisplayName, String),
    /// Somebody writes so much that it is left out for a while.
    Quieted(DisplayName),
    /// The chat message was longer than allowed and was not sent.
    ChatMessageTooLong,
    /// The browser does not play sound until the person touches the page.
    SoundBlocked,
    /// A device cannot be had, and none takes its place.
    DeviceFailed(CaptureDevice, CaptureProblem),
    /// A device was chosen and cannot be had; the one before it stays in use.
    DeviceKept(DeviceChange),
    /// A device cannot be had, or no more, and another one is in use now.
    DeviceReplaced(DeviceChange),
    /// The loudspeaker of the first name was chosen and cannot be used; the other stays in use.
    /// Without a name it is the browser's default, or one that the browser does not name.
    SpeakerKept(Option<String>, SpeakerProblem, Option<String>),
    /// The loudspeaker in use cannot be used any more; sound comes from the browser's default now.
    SpeakerLost(SpeakerProblem),
}

/// One device in the place of another. Names are missing where the browser does not tell them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceChange {
    /// Of which kind both are.
    pub device: CaptureDevice,
    /// The name of the one that cannot be had.
    pub missing: Option<String>,
    /// Why not.
    pub problem: CaptureProblem,
    /// The name of the one in use.
    pub in_use: Option<String>,
}
