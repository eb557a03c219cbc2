//! The peer connections of a call and what is heard from them.

use std::rc::Rc;

use meeting::adaptation::{TrackSource, bounds};
use meeting::client::{Browser, ConnectionEvent, ConnectionKey};
use meeting::id::{ParticipantId, ResumeToken};
use meeting::negotiation::{Output, SignalingState};
use meeting::signaling::IceServers;
use web_sys::{MediaStream, MediaStreamTrack};

use super::local_media::LocalMedia;
use crate::browser::random_token;
use crate::clock;
use crate::configuration;
use crate::error::report;
use crate::message::{Inbox, Message};
use crate::peer_connection::PeerConnection;
use crate::playback::Playback;
use crate::vec_map::VecMap;

/// Loudness from which on somebody counts as speaking.
const SPEAKING: f32 = 0.02;
/// Measurements for which somebody counts as speaking after they were last heard.
const SPEAKING_FOR: u8 = 3;

/// One connection and what belongs to it.
#[derive(Debug)]
struct Call {
    remote: ParticipantId,
    connection: Rc<PeerConnection>,
    sounds: Vec<Playback>,
    /// Measurements left until they no longer count as speaking.
    speaking: u8,
}

/// All connections of this page.
#[derive(Debug)]
pub(super) struct Calls {
    calls: VecMap<ConnectionKey, Call>,
    /// The ICE servers as the server names them.
    told: IceServers,
    /// What this browser takes of them.
    ice: IceServers,
    /// What every connection sends, by source.
    tracks: [Option<MediaStreamTrack>; TrackSource::ALL.len()],
    speaker: Option<String>,
    inbox: Inbox,
}

impl Browser for Calls {
    fn signaling_state(&self, key: ConnectionKey) -> SignalingState {
        let call = self.calls.get(&key);
        call.map_or(SignalingState::Closed, |call| {
            call.connection.signaling_state()
        })
    }

    fn new_token(&self) -> Option<ResumeToken> {
        random_token()
    }

    fn time_of_day(&self) -> u64 {
        clock::time_of_day()
    }
}

impl Calls {
    pub(super) fn new(inbox: Inbox) -> Self {
        Self {
            calls: VecMap::default(),
            told: IceServers::default(),
            ice: IceServers::default(),
            tracks: Default::default(),
            speaker: None,
            inbox,
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    pub(super) fn open(
        &mut self,
        key: ConnectionKey,
        remote: ParticipantId,
        offers: bool,
        relay_only: bool,
    ) {
        let inbox = self.inbox.clone();
        match PeerConnection::new(key, offers, &self.ice, relay_only, inbox) {
            Ok(connection) => {
                for (source, track) in TrackSource::ALL.into_iter().zip(&self.tracks) {
                    connection.send_track(source, track.as_ref());
                }
                let call = Call {
                    remote,
                    connection,
                    sounds: Vec::new(),
                    speaking: 0,
                };
                self.calls.insert(key, call);
                self.limit_all();
            }
            Err(error) => {
                report(&error.to_string());
                let unmade = Message::Connection(key, ConnectionEvent::Unmade);
                drop(self.inbox.unbounded_send(unmade));
            }
        }
    }

    pub(super) fn close(&mut self, key: ConnectionKey) {
        if let Some(call) = self.calls.remove(&key) {
            call.connection.retire();
            self.limit_all();
        }
    }

    pub(super) fn perform(&self, key: ConnectionKey, output: Output) {
        if let Some(call) = self.calls.get(&key) {
            call.connection.perform(output);
        }
    }

    pub(super) fn restart_ice(&self, key: ConnectionKey) {
        if let Some(call) = self.calls.get(&key) {
            call.connection.restart_ice();
        }
    }

    pub(super) fn refresh_picture(&self, key: ConnectionKey) {
        if let Some(call) = self.calls.get(&key) {
            call.connection.refresh_picture();
        }
    }

    pub(super) fn send(&self, key: ConnectionKey, text: &str) {
        if let Some(call) = self.calls.get(&key) {
            call.connection.send(text);
        }
    }

    pub(super) fn pause_reading(&self, key: ConnectionKey) {
        if let Some(call) = self.calls.get(&key) {
            call.connection.pause_reading();
        }
    }

    pub(super) fn use_ice_servers(&mut self, ice: IceServers) {
        if ice != self.told {
            self.told = ice.clone();
            self.ice = configuration::usable(ice);
            for call in self.calls.values() {
                call.connection.use_ice_servers(&self.ice);
            }
        }
    }

    /// The transceivers of a connection are there: its sound can be heard, its cost be bounded.
    pub(super) fn on_transceivers_ready(&mut self, key: ConnectionKey) {
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        if call.sounds.is_empty() {
            let sources = [TrackSource::Microphone, TrackSource::ScreenAudio];
            for stream in sources
                .into_iter()
                .filter_map(|it| call.connection.received(it))
            {
                match Playback::new(&stream, self.speaker.as_deref(), self.inbox.clone()) {
                    Ok(playback) => call.sounds.push(playback),
                    Err(error) => report(&error.to_string()),
                }
            }
        }
        self.limit_all();
    }

    /// Sends the tracks that this person has now.
    pub(super) fn use_tracks(&mut self, local_media: &LocalMedia) {
        for (source, sent) in TrackSource::ALL.into_iter().zip(&mut self.tracks) {
            let track = local_media.track(source);
            if track == sent.as_ref() {
                continue;
            }
            *sent = track.cloned();
            for call in self.calls.values() {
                call.connection.send_track(source, sent.as_ref());
            }
        }
    }

    pub(super) fn received(
        &self,
        remote: &ParticipantId,
        source: TrackSource,
    ) -> Option<MediaStream> {
        self.call_with(remote)?.connection.received(source)
    }

    pub(super) fn is_speaking(&self, remote: &ParticipantId) -> bool {
        self.call_with(remote).is_some_and(|call| call.speaking > 0)
    }

    pub(super) fn measure(&mut self) {
        for call in self.calls.values_mut() {
            call.speaking = if call.connection.loudness() > SPEAKING {
                SPEAKING_FOR
            } else {
                call.speaking.saturating_sub(1)
            };
        }
    }

    pub(super) fn sample(&self) {
        for call in self.calls.values() {
            call.connection.sample();
        }
    }

    pub(super) fn use_speaker(&mut self, speaker: Option<&str>) {
        self.speaker = speaker.map(str::to_owned);
        for playback in self.calls.values().flat_map(|call| &call.sounds) {
            playback.use_speaker(speaker);
        }
    }

    pub(super) fn resume_sound(&self) {
        for playback in self.calls.values().flat_map(|call| &call.sounds) {
            playback.play();
        }
    }

    /// What each link may cost depends on how many there are.
    fn limit_all(&self) {
        let people = self.calls.len() + 1;
        for call in self.calls.values() {
            for source in TrackSource::ALL {
                call.connection.limit(source, bounds(source, people));
            }
        }
    }

    fn call_with(&self, remote: &ParticipantId) -> Option<&Call> {
        self.calls.values().find(|call| call.remote == *remote)
    }
}
