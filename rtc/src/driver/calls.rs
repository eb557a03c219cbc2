//! The peer connections of a call: what is sent on them, and what arrives on which of them.

use std::rc::Rc;

use meeting::adaptation::{TrackSource, bounds};
use meeting::client::{Browser, ConnectionEvent, ConnectionKey, Route};
use meeting::id::ResumeToken;
use meeting::negotiation::SignalingState;
use meeting::signaling::IceServers;
use web_sys::{MediaStream, MediaStreamTrack};

use super::local_media::LocalMedia;
use crate::browser::random_token;
use crate::clock;
use crate::configuration;
use crate::error::report;
use crate::files;
use crate::message::{Mailbox, Message};
use crate::peer_connection::PeerConnection;
use crate::vec_map::VecMap;

/// All connections of this page.
#[derive(Debug)]
pub(super) struct Calls {
    connections: VecMap<ConnectionKey, Rc<PeerConnection>>,
    /// The ICE servers as the server names them.
    told: IceServers,
    /// What this browser takes of them.
    ice: IceServers,
    /// What every connection sends, by source.
    tracks: [Option<MediaStreamTrack>; TrackSource::ALL.len()],
    /// Whether files can be given and taken here.
    takes_files: bool,
    mailbox: Mailbox,
}

impl Browser for Calls {
    fn signaling_state(&self, key: ConnectionKey) -> SignalingState {
        let connection = self.connections.get(&key);
        connection.map_or(SignalingState::Closed, |it| it.signaling_state())
    }

    fn new_token(&self) -> Option<ResumeToken> {
        random_token()
    }

    fn time_of_day(&self) -> u64 {
        clock::time_of_day()
    }

    fn takes_files(&self) -> bool {
        self.takes_files
    }

    fn buffered_amount(&self, key: ConnectionKey) -> usize {
        let connection = self.connections.get(&key);
        connection.map_or(0, |it| it.buffered_in_file_channel())
    }
}

impl Calls {
    pub(super) fn new(mailbox: Mailbox) -> Self {
        Self {
            connections: VecMap::default(),
            told: IceServers::default(),
            ice: IceServers::default(),
            tracks: Default::default(),
            takes_files: files::are_supported(),
            mailbox,
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.connections.is_empty()
    }

    pub(super) fn open(&mut self, key: ConnectionKey, offers: bool, relay_only: bool) {
        let mailbox = self.mailbox.clone();
        match PeerConnection::new(key, offers, &self.ice, relay_only, mailbox) {
            Ok(connection) => {
                for (source, track) in TrackSource::ALL.into_iter().zip(&self.tracks) {
                    connection.send_track(source, track.as_ref());
                }
                self.connections.insert(key, connection);
                self.limit_all();
            }
            Err(error) => {
                report(&error.to_string());
                let unmade = Message::Connection(key, ConnectionEvent::Unmade);
                drop(self.mailbox.unbounded_send(unmade));
            }
        }
    }

    pub(super) fn close(&mut self, key: ConnectionKey) {
        if let Some(connection) = self.connections.remove(&key) {
            connection.retire();
            self.limit_all();
        }
    }

    /// A connection, as long as it is open.
    pub(super) fn get(&self, key: ConnectionKey) -> Option<&Rc<PeerConnection>> {
        self.connections.get(&key)
    }

    pub(super) fn use_ice_servers(&mut self, ice: IceServers) {
        if ice != self.told {
            self.told = ice.clone();
            self.ice = configuration::usable(ice);
            for connection in self.connections.values() {
                connection.use_ice_servers(&self.ice);
            }
        }
    }

    /// Sends the tracks that this person has now.
    pub(super) fn use_tracks(&mut self, local_media: &LocalMedia) {
        for (source, sent) in TrackSource::ALL.into_iter().zip(&mut self.tracks) {
            let track = local_media.track(source);
            if track == sent.as_ref() {
                continue;
            }
            *sent = track.cloned();
            for connection in self.connections.values() {
                connection.send_track(source, sent.as_ref());
            }
        }
    }

    /// What arrives by a route.
    pub(super) fn received(&self, route: Route) -> Option<MediaStream> {
        self.get(route.connection)?.received(route.place)
    }

    /// How loud it is, 0 to 1.
    pub(super) fn loudness(&self, route: Route) -> f32 {
        self.get(route.connection)
            .map_or(0.0, |it| it.loudness(route.place))
    }

    pub(super) fn sample(&self) {
        for connection in self.connections.values() {
            connection.sample();
        }
    }

    /// What a track may cost on each connection depends on how many there are.
    pub(super) fn limit_all(&self) {
        for connection in self.connections.values() {
            for source in TrackSource::ALL {
                connection.limit(source, bounds(source, self.connections.len()));
            }
        }
    }
}
