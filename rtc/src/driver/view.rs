//! The state of a call in the words of the views.

use meeting::client::{self, Client, LinkState, Status};
use meeting::signaling::Presence;

use super::Driver;
use crate::clock;
use crate::view::{CallState, CallView, Notice, PersonView, ServerLink};

impl Driver {
    pub(super) fn view(&self) -> CallView {
        CallView {
            people: self.people(),
            hearing: self.client.hearing(clock::now()),
            chat: self.chat_view.entries(),
            received_messages: self.chat_view.received_messages(),
            ..self.local.view(state(&self.client))
        }
    }

    fn people(&self) -> Vec<PersonView> {
        let client = &self.client;
        let Some(local) = client.local() else {
            return Vec::new();
        };
        let media = self.local.media.media();
        let you = PersonView {
            id: local.id.clone(),
            name: local.name.clone(),
            you: true,
            presence: Presence::Connected,
            link: LinkState::Connected,
            microphone: media.microphone,
            camera: media.camera,
            screen: media.screen,
            speaking: self.local.media.is_speaking(),
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
                speaking: media.microphone && self.sounds.is_speaking(id),
            };
            let since = remote.participant().since;
            let index =
                people.partition_point(|(before, it)| (before, &it.id) < (&since, &person.id));
            people.insert(index, (since, person));
        }
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
            client::Notice::ChatMessage(name, text) => Self::ChatMessage(name, text),
            client::Notice::Quieted(name) => Self::Quieted(name),
        }
    }
}
