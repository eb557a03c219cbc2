//! What happens on the links, and what each of them has to say.

use super::link::{LinkId, Path};
use super::{Browser, Client, ConnectionEvent, ConnectionKey, Handled, fresh};
use crate::conversation::{ConversationMessage, MediaState};
use crate::liveness::Traffic;
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
        let mut links = self.links.iter_mut();
        let Some((id, link)) = links.find(|(_, link)| link.key() == key) else {
            return Handled::Ignored;
        };
        let id = *id;
        match event {
            ConnectionEvent::ChannelMessage(text) => {
                return self.on_channel_message(now, id, &text, browser);
            }
            ConnectionEvent::Negotiation(input) => link.on_negotiation(input, browser),
            ConnectionEvent::Unmade => link.on_unmade(now),
            ConnectionEvent::Traffic(traffic) => self.on_traffic(now, id, &traffic),
            ConnectionEvent::ChannelClosed => link.on_channel_closed(),
            ConnectionEvent::Transport(state) => {
                let keys = &mut self.next_key;
                link.on_transport(now, state, || fresh(keys), &mut self.actions);
                if matches!(state, TransportState::Disconnected | TransportState::Failed) {
                    self.session.suspect(now);
                }
            }
            ConnectionEvent::ChannelOpened => {
                link.on_channel_opened();
                self.send_hello(id, browser);
                self.send_channel(key, ConversationMessage::Media(self.media));
            }
        }
        Handled::Taken
    }

    fn on_traffic(&mut self, now: Timestamp, id: LinkId, traffic: &Traffic) {
        let Some(link) = self.links.get_mut(&id) else {
            return;
        };
        let carried = || self.arrangement.carried_by(id);
        let media = carried().filter_map(|it| Some(self.remotes.get(it)?.media));
        let claimed = media.fold(MediaState::default(), MediaState::or);
        let was_restarting = link.is_restarting();
        let keys = &mut self.next_key;
        link.on_traffic(now, traffic, claimed, || fresh(keys), &mut self.actions);
        for participant in carried() {
            if let Some(remote) = self.remotes.get_mut(participant) {
                remote.note_sample(link.arrives());
            }
        }
        if !was_restarting && link.is_restarting() {
            self.session.suspect(now);
        }
    }

    pub(super) fn on_network_change(&mut self, now: Timestamp) {
        self.session.wake(now);
        self.session.suspect(now);
        for (_, link) in self.links.iter_mut() {
            let keys = &mut self.next_key;
            link.on_network_change(now, || fresh(keys), &mut self.actions);
        }
    }

    pub(super) fn pump(&mut self, now: Timestamp, id: LinkId) {
        let Some(link) = self.links.get_mut(&id) else {
            return;
        };
        let far_end = self.remotes.get(link.far_end());
        let is_there = far_end.is_some_and(|it| it.presence() == Presence::Connected);
        let socket = self.session.is_joined() && is_there;
        let keys = &mut self.next_key;
        let payloads = link.pump(now, socket, || fresh(keys), &mut self.actions);
        let (key, to) = (link.key(), link.far_end().clone());
        if let Some(report) = link.poll_report() {
            self.send_channel(key, ConversationMessage::Report(report));
        }
        for (path, payload) in payloads {
            match path {
                Path::Socket => {
                    let to = to.clone();
                    let action = self.session.send(ClientMessage::Signal { to, payload });
                    self.apply([action]);
                }
                Path::Channel => self.send_channel(key, ConversationMessage::Signal { payload }),
            }
        }
    }
}
