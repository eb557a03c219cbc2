//! What happens on the peer connections, and what each of them has to say.

use super::peer::Path;
use super::{Browser, Client, ConnectionEvent, ConnectionKey, Handled, fresh};
use crate::conversation::ConversationMessage;
use crate::id::ParticipantId;
use crate::recovery::TransportState;
use crate::signaling::{ClientMessage, Presence};
use crate::time::Timestamp;

impl Client {
    pub(super) fn on_connection(
        &mut self,
        now: Timestamp,
        key: ConnectionKey,
        event: ConnectionEvent,
        browser: &impl Browser,
    ) -> Handled {
        let found = self
            .remotes
            .iter_mut()
            .find(|(_, remote)| remote.peer.key() == key);
        let Some((id, remote)) = found else {
            return Handled::Ignored;
        };
        match event {
            ConnectionEvent::ChannelMessage(text) => {
                let id = id.clone();
                return self.on_channel_message(now, id, key, &text, browser);
            }
            ConnectionEvent::Negotiation(input) => remote.peer.on_negotiation(input, browser),
            ConnectionEvent::Unmade => remote.peer.on_unmade(now),
            ConnectionEvent::Traffic(traffic) => {
                let keys = &mut self.next_key;
                let claimed = remote.media;
                let was_restarting = remote.peer.is_restarting();
                remote
                    .peer
                    .on_traffic(now, &traffic, claimed, || fresh(keys), &mut self.actions);
                remote.note_arrivals();
                if !was_restarting && remote.peer.is_restarting() {
                    self.session.suspect(now);
                }
            }
            ConnectionEvent::ChannelClosed => remote.peer.on_channel_closed(),
            ConnectionEvent::Transport(state) => {
                let keys = &mut self.next_key;
                remote
                    .peer
                    .on_transport(now, state, || fresh(keys), &mut self.actions);
                if matches!(state, TransportState::Disconnected | TransportState::Failed) {
                    self.session.suspect(now);
                }
            }
            ConnectionEvent::ChannelOpened => {
                remote.peer.on_channel_opened();
                remote.greeted = false;
                self.send_hello(key, browser);
                self.send_channel(key, &ConversationMessage::Media(self.media));
            }
        }
        Handled::Taken
    }

    pub(super) fn on_network_change(&mut self, now: Timestamp) {
        self.session.wake(now);
        self.session.suspect(now);
        for remote in self.remotes.values_mut() {
            let keys = &mut self.next_key;
            let peer = &mut remote.peer;
            peer.on_network_change(now, || fresh(keys), &mut self.actions);
        }
    }

    pub(super) fn pump(&mut self, now: Timestamp, id: &ParticipantId) {
        let Some(remote) = self.remotes.get_mut(id) else {
            return;
        };
        let socket = self.session.is_joined() && remote.presence() == Presence::Connected;
        let keys = &mut self.next_key;
        let payloads = remote
            .peer
            .pump(now, socket, || fresh(keys), &mut self.actions);
        let key = remote.peer.key();
        let report = remote.peer.poll_report();
        if let Some(report) = report {
            self.send_channel(key, &ConversationMessage::Report(report));
        }
        for (path, payload) in payloads {
            match path {
                Path::Socket => {
                    let message = ClientMessage::Signal {
                        to: id.clone(),
                        payload,
                    };
                    let action = self.session.send(message);
                    self.apply([action]);
                }
                Path::Channel => {
                    self.send_channel(key, &ConversationMessage::Signal { payload });
                }
            }
        }
    }
}
