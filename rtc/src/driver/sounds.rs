//! What is heard of the others: each stream that carries sound has an element of its own, which
//! follows it from route to route.

use meeting::adaptation::TrackSource;
use meeting::client::{Route, Stream};
use meeting::id::ParticipantId;

use super::calls::Calls;
use crate::error::report;
use crate::message::Mailbox;
use crate::playback::Playback;
use crate::vec_map::VecMap;

/// Loudness from which on somebody counts as speaking.
const SPEAKING: f32 = 0.02;
/// Measurements for which somebody counts as speaking after they were last heard.
const SPEAKING_FOR: u8 = 3;

/// One stream that carries sound.
#[derive(Debug)]
struct Sound {
    /// By which it comes.
    route: Route,
    /// Nothing where the browser has no element for it.
    playback: Option<Playback>,
    /// Measurements left until its owner no longer counts as speaking.
    speaking: u8,
}

/// What is heard of the others.
#[derive(Debug)]
pub(super) struct Sounds {
    sounds: VecMap<Stream, Sound>,
    speaker: Option<String>,
    mailbox: Mailbox,
}

impl Sounds {
    pub(super) fn new(mailbox: Mailbox) -> Self {
        Self {
            sounds: VecMap::default(),
            speaker: None,
            mailbox,
        }
    }

    /// Plays these streams, as far as they carry sound and it arrives, and nothing else.
    pub(super) fn follow(&mut self, streams: impl Iterator<Item = (Stream, Route)>, calls: &Calls) {
        let sounding: Vec<_> = streams.filter(|(it, _)| !it.source.is_video()).collect();
        self.sounds.retain(|stream, sound| {
            sounding
                .iter()
                .any(|(it, by)| it == stream && *by == sound.route)
        });
        for (stream, route) in sounding {
            if self.sounds.get(&stream).is_some() {
                continue;
            }
            // Nothing until the transceivers of the connection are there.
            let Some(media) = calls.received(route) else {
                continue;
            };
            let playback = Playback::new(&media, self.speaker.as_deref(), self.mailbox.clone());
            let sound = Sound {
                route,
                playback: playback.map_err(|error| report(&error.to_string())).ok(),
                speaking: 0,
            };
            self.sounds.insert(stream, sound);
        }
    }

    pub(super) fn measure(&mut self, calls: &Calls) {
        for sound in self.sounds.values_mut() {
            sound.speaking = if calls.loudness(sound.route) > SPEAKING {
                SPEAKING_FOR
            } else {
                sound.speaking.saturating_sub(1)
            };
        }
    }

    pub(super) fn is_speaking(&self, owner: &ParticipantId) -> bool {
        let voice = Stream {
            owner: owner.clone(),
            source: TrackSource::Microphone,
        };
        let sound = self.sounds.get(&voice);
        sound.is_some_and(|sound| sound.speaking > 0)
    }

    /// Plays everything on this loudspeaker; none is the browser's default.
    pub(super) fn use_speaker(&mut self, speaker: Option<&str>) {
        if self.speaker.as_deref() == speaker {
            return;
        }
        self.speaker = speaker.map(str::to_owned);
        for playback in self.playbacks() {
            playback.use_speaker(speaker);
        }
    }

    /// Plays what the browser has held back.
    pub(super) fn resume(&self) {
        self.playbacks().for_each(Playback::play);
    }

    fn playbacks(&self) -> impl Iterator<Item = &Playback> {
        self.sounds.values().filter_map(|it| it.playback.as_ref())
    }
}
