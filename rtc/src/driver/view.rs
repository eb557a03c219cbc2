//! The state of a call in the words of the views.

use meeting::client::{self, Client, LinkState, Status};
use meeting::signaling::Presence;

use super::Driver;
use crate::clock;
use crate::view::{CallState, CallView, Notice, PersonView, ServerLink};

impl Driver {
    pub(super) fn view(&self) -> CallView {
        CallView {
            room: self.room.clone(),
            state: self.client.as_ref().map_or(CallState::Lobby, state),
            local: self.local_media.view(self.speaker.chosen()),
            devices: self.local_media.offered().clone(),
            people: self
                .client
                .as_ref()
                .map(|client| self.people(client))
                .unwrap_or_default(),
            hearing: self
                .client
                .as_ref()
                .and_then(|client| client.hearing(clock::now())),
            files: self
                .client
                .as_ref()
                .map(|client| self.files_in_chat(client))
                .unwrap_or_default(),
            attaching: self
                .client
                .iter()
                .flat_map(|client| client.attaching(clock::now()))
                .collect(),
            chat: self.chat_view.entries(),
            received_messages: self.chat_view.received_messages(),
            recording: self.recording.phase(),
        }
    }

    pub(super) fn people(&self, client: &Client) -> Vec<PersonView> {
        let Some(local) = client.local() else {
            return Vec::new();
        };
        let media = self.local_media.media();
        let hands = client.hands();
        let hand = |id| {
            hands
                .iter()
                .position(|it| it == id)
                .map(|before| before + 1)
        };
        let you = PersonView {
            id: local.id.clone(),
            name: local.name.clone(),
            you: true,
            presence: Presence::Connected,
            link: LinkState::Connected,
            microphone: media.microphone,
            camera: media.camera,
            screen: media.screen,
            recording: client.recording(),
            speaking: self.local_media.is_speaking(),
            hand: hand(&local.id),
            reaction: client.reaction(&local.id),
            instance: local.instance.clone(),
            received: None,
            typing: false,
        };
        let mut people = vec![(local.since, you)];
        for (id, remote) in client.remotes().iter().filter(|(_, it)| it.is_shown()) {
            let media = remote.media();
            let person = PersonView {
                id: id.clone(),
                name: remote.participant().name.clone(),
                you: false,
                presence: remote.presence(),
                link: client.link(id),
                microphone: media.microphone,
                camera: media.camera,
                screen: media.screen,
                recording: remote.recording(),
                speaking: media.microphone && self.sounds.is_speaking(id),
                hand: hand(id),
                reaction: client.reaction(id),
                instance: remote.participant().instance.clone(),
                received: client.received_by(id),
                typing: client.is_typing(id),
            };
            people.push((remote.participant().since, person));
        }
        people.sort_by(|(a, left), (b, right)| (a, &left.id).cmp(&(b, &right.id)));
        people.into_iter().map(|(_, person)| person).collect()
    }
}

const fn state(client: &Client) -> CallState {
    match client.status() {
        Status::Joining(obstacle) => CallState::Joining(obstacle),
        Status::Joined => CallState::InCall(ServerLink::Up),
        Status::Away(absence) => CallState::InCall(ServerLink::Away(absence)),
        Status::Ended(ending) => CallState::Ended(ending),
    }
}

impl From<client::Notice> for Notice {
    fn from(notice: client::Notice) -> Self {
        match notice {
            client::Notice::Joined(name) => Self::Joined(name),
            client::Notice::Gone(name, reason) => Self::Gone(name, reason),
            client::Notice::SharingStarted(name) => Self::SharingStarted(name),
            client::Notice::SharingStopped(name) => Self::SharingStopped(name),
            client::Notice::RecordingStarted(name, subject) => {
                Self::RecordingStarted(name, subject)
            }
            client::Notice::RecordingStopped(name) => Self::RecordingStopped(name),
            client::Notice::ChatMessage(name, text) => Self::ChatMessage(name, text),
            client::Notice::HandRaised(name) => Self::HandRaised(name),
            client::Notice::Reacted(name, reaction) => Self::Reacted(name, reaction),
            client::Notice::Quieted(name) => Self::Quieted(name),
        }
    }
}
