//! Who records, and who is told of it.

use meeting::client::{Action, ConnectionEvent, ConnectionKey, Input, Notice};
use meeting::conversation::{Attributed, ConversationMessage};
use meeting::id::InstanceId;
use meeting::recording::Subject;
use meeting::signaling::{Participant, ServerMessage};
use meeting::time::Timestamp;

use super::session::{Page, ada, ben, opened};

/// A page in a call with Ben, and the connection to them, with no channel yet.
fn page_with_ben() -> (Page, ConnectionKey) {
    let mut page = Page::open();
    let key = opened(&page.hear_joined(0, vec![ada(), ben()]))[0];
    (page, key)
}

/// What is said of the page's recording, in turn.
fn said(actions: &[Action]) -> Vec<Option<Subject>> {
    let texts = actions.iter().filter_map(|action| match action {
        Action::SendChannel(_, text) => Some(Attributed::parse(text).unwrap().message),
        _ => None,
    });
    let recordings = texts.filter_map(|message| match message {
        ConversationMessage::Recording { subject } => Some(subject),
        _ => None,
    });
    recordings.collect()
}

/// Ben says what they record. Gives what the person is told.
fn ben_records(page: &mut Page, key: ConnectionKey, subject: Option<Subject>) -> Vec<Notice> {
    let message = ConversationMessage::Recording { subject };
    let from = Some(ben().id);
    let text = Attributed { message, from }.to_json().unwrap();
    let event = ConnectionEvent::ChannelMessage(text);
    told(&page.feed(Input::Connection(key, event)))
}

fn told(actions: &[Action]) -> Vec<Notice> {
    let notices = actions.iter().filter_map(|action| match action {
        Action::Tell(notice) => Some(notice.clone()),
        _ => None,
    });
    notices.collect()
}

fn started(subject: Subject) -> Notice {
    Notice::RecordingStarted(ben().name, subject)
}

fn stopped() -> Notice {
    Notice::RecordingStopped(ben().name)
}

#[test]
fn whoever_records_says_so_whenever_it_changes_and_to_whoever_comes() {
    let (mut page, key) = page_with_ben();
    let record = |page: &mut Page, subject| said(&page.feed(Input::Recording(subject)));
    let open =
        |page: &mut Page| said(&page.feed(Input::Connection(key, ConnectionEvent::ChannelOpened)));
    assert_eq!(open(&mut page), [], "nothing was ever recorded");
    let meeting = Some(Subject::Meeting);
    assert_eq!(record(&mut page, meeting), [meeting]);
    assert_eq!(record(&mut page, meeting), []);
    assert_eq!(page.client.recording(), meeting);
    assert_eq!(open(&mut page), [meeting]);
    assert_eq!(
        record(&mut page, Some(Subject::Sound)),
        [Some(Subject::Sound)]
    );
    assert_eq!(record(&mut page, None), [None]);
}

/// They would show for ever what is over.
#[test]
fn whoever_missed_the_end_of_a_recording_hears_of_it_on_the_next_channel() {
    let (mut page, key) = page_with_ben();
    let mut happens = |event| page.feed(Input::Connection(key, event));
    happens(ConnectionEvent::ChannelOpened);
    happens(ConnectionEvent::ChannelClosed);
    for subject in [Some(Subject::Meeting), None] {
        let unheard = page.feed(Input::Recording(subject));
        assert_eq!(said(&unheard), []);
    }
    let opened = page.feed(Input::Connection(key, ConnectionEvent::ChannelOpened));
    assert_eq!(said(&opened), [None]);
}

#[test]
fn a_person_is_told_once_who_records_what_and_when_it_is_over() {
    let (mut page, key) = page_with_ben();
    let shown = |page: &Page| page.client.remotes()[&ben().id].recording();
    let meeting = Some(Subject::Meeting);
    assert_eq!(ben_records(&mut page, key, None), []);
    assert_eq!(
        ben_records(&mut page, key, meeting),
        [started(Subject::Meeting)]
    );
    assert_eq!(ben_records(&mut page, key, meeting), []);
    assert_eq!(shown(&page), meeting);
    page.now += 3_000;
    assert_eq!(ben_records(&mut page, key, None), [stopped()]);
    assert_eq!(shown(&page), None);
}

#[test]
fn what_changes_in_the_same_moment_is_told_a_little_later_as_it_is_then() {
    let (mut page, key) = page_with_ben();
    ben_records(&mut page, key, Some(Subject::Meeting));
    let start = page.now;
    assert_eq!(ben_records(&mut page, key, None), []);
    assert_eq!(ben_records(&mut page, key, Some(Subject::Sound)), []);
    let due = Timestamp::from_millis(start + 3_000);
    assert!(page.client.poll_timeout().is_some_and(|at| at <= due));
    page.now = start + 2_998;
    assert_eq!(told(&page.feed(Input::Tick)), []);
    assert_eq!(told(&page.feed(Input::Tick)), [started(Subject::Sound)]);
}

#[test]
fn a_recording_ends_with_its_page() {
    let (mut page, key) = page_with_ben();
    ben_records(&mut page, key, Some(Subject::Meeting));
    page.now += 3_000;
    let participant = Participant {
        instance: InstanceId::from_random(77),
        ..ben()
    };
    let actions = page.hear(1, ServerMessage::ParticipantChanged { participant });
    assert_eq!(told(&actions), [stopped()]);
    assert_eq!(page.client.remotes()[&ben().id].recording(), None);
}
