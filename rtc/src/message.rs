//! What the parts of a call tell the actor that owns it. They know nothing else of it.

use futures::channel::mpsc::UnboundedSender;
use meeting::client::{ConnectionEvent, ConnectionKey, SocketKey};
use meeting::devices::{Capture, CaptureProblem, Device, speaker};

use crate::driver::CallDriver;
use crate::handle::Command;
use crate::local::capture::Captured;
use crate::socket::SocketEvent;
use crate::view::{Devices, Notice};

/// Where they put it.
pub(crate) type Mailbox = UnboundedSender<Message>;

/// What reaches the actor that owns the call.
#[derive(Debug)]
pub(crate) enum Message {
    Command(Command),
    Socket(SocketKey, SocketEvent),
    Connection(ConnectionKey, ConnectionEvent),
    /// A connection took a description, so its transceivers can be used: what is sent be bounded,
    /// what arrives be heard.
    TransceiversReady,
    Captured(Device, Capture, Result<Captured, CaptureProblem>),
    TrackEnded(Device, Capture),
    DevicesChanged,
    Devices(Devices),
    Speaker(speaker::Input),
    SpeakerTested,
    Notice(Notice),
    SoundBlocked,
    Woken,
    NetworkChanged,
    Tick,
    /// Try again to load the part of the program that makes a call.
    Load,
    /// What came of that.
    Loaded(Option<CallDriver>),
    Levels,
    Sample,
    Show,
}
