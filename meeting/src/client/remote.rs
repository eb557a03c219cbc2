//! Another participant, as this browser knows them: what the server says of them, and what they say
//! of themselves. Which link carries them is no matter of theirs.

use super::recording::RemoteRecording;
use crate::conversation::{self, Capabilities, Hello, MediaState};
use crate::limits;
use crate::recording::Subject;
use crate::signaling::{Participant, Presence};
use crate::time::Timestamp;

/// Another participant.
#[derive(Debug)]
pub struct Remote {
    pub(super) participant: Participant,
    pub(super) media: MediaState,
    pub(super) recording: RemoteRecording,
    /// Their place among the hands that are up, while theirs is.
    pub(super) hand: Option<u64>,
    /// How many of the chat messages that were written on this page they said they have.
    pub(super) received: u64,
    /// When they are to be told what of theirs is here.
    pub(super) receipt_due: Option<Timestamp>,
    /// Until when they count as writing, if they do.
    pub(super) typing_until: Option<Timestamp>,
    /// By how many milliseconds their clock is ahead of this machine's, as far as they said.
    pub(super) clock_ahead: Option<i64>,
    /// The highest Lamport clock they said they have, if they count.
    pub(super) chat_clock: Option<u64>,
    /// The version of the conversation that they speak, as far as they said.
    version: u32,
    /// What they can do beyond that, as far as they said.
    capabilities: Capabilities,
    /// Set while the server does not know them, and then from when on they need not be waited for:
    /// it may have lost its memory, and they may be about to come back. As long as their media
    /// flow, and a grace period longer, they stay.
    pub(super) missing: Option<Timestamp>,
    unload: Unload,
}

/// What the server says of their page being gone, and what speaks against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unload {
    /// It says nothing.
    Unsaid,
    /// It says so; since then something arrived from the page in so many samples.
    Said { arrivals: u8 },
    /// The page is there. It is not taken for gone again.
    Disproved,
}

/// What pages speak that do not say.
const FIRST_VERSION: u32 = 1;

/// Samples in which something arrives from a page that is gone, after which it is not.
const ALIVE: u8 = 4;

impl Remote {
    pub(super) fn new(participant: Participant) -> Self {
        let unload = match participant.presence {
            Presence::Unloaded => Unload::Said { arrivals: 0 },
            Presence::Connected | Presence::Reconnecting => Unload::Unsaid,
        };
        Self {
            participant,
            media: MediaState::default(),
            recording: RemoteRecording::default(),
            hand: None,
            received: 0,
            receipt_due: None,
            typing_until: None,
            clock_ahead: None,
            chat_clock: None,
            version: FIRST_VERSION,
            capabilities: Capabilities::default(),
            missing: None,
            unload,
        }
    }

    /// What the server says about them.
    pub const fn participant(&self) -> &Participant {
        &self.participant
    }

    /// What they send just now.
    pub const fn media(&self) -> MediaState {
        self.media
    }

    /// What their page records just now.
    pub const fn recording(&self) -> Option<Subject> {
        self.recording.subject()
    }

    /// The version of the conversation that both ends speak.
    pub fn version(&self) -> u32 {
        self.version.min(conversation::VERSION)
    }

    /// What their page can do beyond its version.
    pub const fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Whether the server knows them and their socket is up.
    pub const fn presence(&self) -> Presence {
        match (self.missing, self.participant.presence) {
            (Some(_), Presence::Connected) => Presence::Reconnecting,
            (_, presence) => presence,
        }
    }

    /// Whether there is anything of them to show. A page that was unloaded sends nothing any
    /// more; when it was only loaded again, they are back in a moment, in the same tile. Nobody
    /// can hide by only saying so.
    pub fn is_shown(&self) -> bool {
        self.presence() != Presence::Unloaded || self.unload == Unload::Disproved
    }

    /// Takes what the server says about them, on the same load of the page.
    pub(super) fn update(&mut self, participant: Participant) {
        self.unload = match (self.unload, participant.presence) {
            (Unload::Unsaid, Presence::Unloaded) => Unload::Said { arrivals: 0 },
            (Unload::Said { .. }, Presence::Connected) => Unload::Disproved,
            (unload, _) => unload,
        };
        self.participant = participant;
        self.missing = None;
    }

    /// Takes note of how far they say the chat is.
    pub(super) fn note_clock(&mut self, clock: Option<u64>) {
        self.chat_clock = self.chat_clock.max(clock);
    }

    /// Takes note of what their page speaks.
    pub(super) fn note_wire(&mut self, hello: &Hello) {
        self.version = hello.version.unwrap_or_default().max(FIRST_VERSION);
        self.capabilities = hello.capabilities.clone().unwrap_or_default();
    }

    /// Takes note of a sample of the traffic, and whether anything of theirs arrived in it.
    pub(super) const fn note_sample(&mut self, arrives: bool) {
        if let Unload::Said { arrivals } = &mut self.unload
            && arrives
        {
            *arrivals += 1;
            if *arrivals >= ALIVE {
                self.unload = Unload::Disproved;
            }
        }
    }

    /// When they count as gone unless something happens. Nothing of them can arrive since `silent`.
    /// The server has no say for a page that is `alone`, not let in by it.
    pub(super) fn lost_at(&self, silent: Timestamp, alone: bool) -> Option<Timestamp> {
        let silent = silent + limits::GRACE;
        if alone {
            return Some(silent);
        }
        Some(self.missing?.max(silent))
    }
}
