//! Calls made up for tests.

use meeting::id::{DisplayName, ParticipantId};
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
        speaking: false,
        hand: None,
        reaction: None,
    }
}

/// A call of these people.
pub(crate) fn view_of(people: Vec<PersonView>) -> CallView {
    CallView {
        people,
        ..CallView::new("abc-defg-hij".parse().unwrap())
    }
}
