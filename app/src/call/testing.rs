//! Calls made up for tests.

use meeting::chat::{ChatEntry, Revision};
use meeting::conversation::ChatMessage;
use meeting::id::{DisplayName, InstanceId, ParticipantId};
use meeting::signaling::Presence;
use rtc::CallView;
use rtc::view::{LinkState, PersonView};

/// Somebody; the same number is the same person.
pub(crate) fn person(number: u8) -> PersonView {
    PersonView {
        id: ParticipantId::from_bytes([number; 16]),
        name: DisplayName::try_from(format!("Person {number}")).unwrap(),
        you: number == 1,
        presence: Presence::Connected,
        link: LinkState::Connected,
        microphone: true,
        camera: true,
        screen: false,
        recording: None,
        speaking: false,
        hand: None,
        reaction: None,
        instance: InstanceId::from_random(u64::from(number)),
        received: None,
        typing: false,
    }
}

/// A call of these people.
pub(crate) fn view_of(people: Vec<PersonView>) -> CallView {
    CallView {
        people,
        ..CallView::new("abc-defg-hij".parse().unwrap())
    }
}

/// What somebody wrote as the message of this number.
pub(crate) fn written(by: &PersonView, number: u64) -> ChatEntry {
    ChatEntry {
        key: number,
        author: by.id.clone(),
        instance: by.instance.clone(),
        name: by.name.clone(),
        mine: by.you,
        message: ChatMessage {
            number,
            clock: number + 1,
            text: format!("message {number}"),
            ..ChatMessage::default()
        },
        position: number + 1,
        source: by.id.clone(),
        passed_on_by: None,
        addressee: None,
        revision: Revision::default(),
    }
}
