//! When a page opens a file channel, and what it says then.

use meeting::client::{Action, ConnectionEvent, ConnectionKey, Input};
use meeting::conversation::{Attributed, ConversationMessage};
use meeting::files::{self, FileAction, FileKey, FileMessage, FileSize, TransferId};
use simulation::disk::{content, digest};

use super::session::{Page, ada, ben, offer_of_ben, opened};

const TAKES_FILES: &str = r#"{"type":"hello","have":0,"capabilities":["files"]}"#;

/// A page that takes files, in a call with Ben, whose channel is open.
fn page_with_ben() -> (Page, ConnectionKey) {
    let mut page = Page::that_takes_files();
    let key = opened(&page.hear_joined(0, vec![ada(), ben()]))[0];
    page.feed(Input::Connection(key, ConnectionEvent::ChannelOpened));
    (page, key)
}

fn says(page: &mut Page, key: ConnectionKey, text: &str) -> Vec<Action> {
    let event = ConnectionEvent::ChannelMessage(text.to_owned());
    page.feed(Input::Connection(key, event))
}

fn opens(actions: &[Action]) -> Vec<ConnectionKey> {
    let opens = actions.iter().filter_map(|action| match action {
        Action::OpenFileChannel(key) => Some(*key),
        _ => None,
    });
    opens.collect()
}

/// What is said of files.
fn said(actions: &[Action]) -> Vec<usize> {
    let said = actions.iter().filter_map(|action| match action {
        Action::SendChannel(_, text) => Some(Attributed::parse(text).unwrap().message),
        _ => None,
    });
    let have = said.filter_map(|message| match message {
        ConversationMessage::Files { have } => Some(have.len()),
        _ => None,
    });
    have.collect()
}

/// The person attaches a file of one piece. Gives what follows once it is read and hashed.
fn attaches(page: &mut Page, bytes: &[u8]) -> Vec<Action> {
    let (key, size) = (FileKey(1), FileSize::try_from(bytes.len() as u64).unwrap());
    let (name, media_type) = ("file".to_owned().into(), None);
    let mut actions = page.feed(Input::File(files::Input::Attach {
        key,
        name,
        media_type,
        size,
    }));
    loop {
        let asked = actions.iter().find_map(|action| match action {
            Action::File(FileAction::Read { key, piece, .. }) => Some(files::Input::Read {
                key: *key,
                piece: *piece,
                bytes: Ok(bytes.to_vec()),
            }),
            Action::File(FileAction::Hash(key, bytes)) => {
                Some(files::Input::Hashed(*key, bytes.clone(), digest(bytes)))
            }
            _ => None,
        });
        let Some(answer) = asked else {
            return actions;
        };
        actions = page.feed(Input::File(answer));
    }
}

#[test]
fn a_file_channel_is_opened_on_each_connection_between_two_pages_that_take_files() {
    let (mut page, first) = page_with_ben();
    assert_eq!(
        opens(&says(&mut page, first, r#"{"type":"hello","have":0}"#)),
        []
    );
    assert_eq!(opens(&says(&mut page, first, TAKES_FILES)), [first]);
    assert_eq!(opens(&says(&mut page, first, TAKES_FILES)), []);
    let second = opened(&page.hear(1, offer_of_ben(2)))[0];
    let actions = page.feed(Input::Connection(second, ConnectionEvent::ChannelOpened));
    assert_eq!(opens(&actions), [second]);
}

#[test]
fn a_page_that_takes_no_files_opens_no_file_channel() {
    let mut page = Page::open();
    let key = opened(&page.hear_joined(0, vec![ada(), ben()]))[0];
    page.feed(Input::Connection(key, ConnectionEvent::ChannelOpened));
    assert_eq!(opens(&says(&mut page, key, TAKES_FILES)), []);
}

#[test]
fn what_a_page_has_is_said_when_its_channel_is_open_and_when_it_is_something_else() {
    let (mut page, key) = page_with_ben();
    says(&mut page, key, TAKES_FILES);
    let opened = ConnectionEvent::FileChannelOpened;
    assert_eq!(said(&page.feed(Input::Connection(key, opened))), [0]);
    let actions = attaches(&mut page, b"hello");
    assert_eq!(said(&actions), [1]);
    let entry = page.client.chat().next().unwrap();
    let file = entry.message.file.as_ref().unwrap();
    assert_eq!((file.content(), entry.mine), (content(b"hello"), true));
    let cancel = files::Input::Cancel(FileKey(1));
    assert_eq!(said(&page.feed(Input::File(cancel))), [0]);
}

/// What is sent to an end that is not open is lost.
#[test]
fn nothing_is_asked_of_a_page_that_has_not_said_that_its_channel_is_open() {
    let (mut page, key) = page_with_ben();
    says(&mut page, key, TAKES_FILES);
    let accept = files::Input::Accept(FileKey(1), content(b"hello"));
    page.feed(Input::File(accept));
    let sends = |actions: &[Action]| {
        let sends = actions
            .iter()
            .filter(|it| matches!(it, Action::SendFile(..)));
        sends.count()
    };
    let has = format!(
        r#"{{"type":"files","have":["{}"]}}"#,
        content(b"hello").id.0
    );
    assert_eq!(
        sends(&says(&mut page, key, &has)),
        0,
        "this end is not open"
    );
    let opened = Input::Connection(key, ConnectionEvent::FileChannelOpened);
    assert_eq!(sends(&page.feed(opened)), 1);
}

#[test]
fn a_file_channel_that_is_closed_carries_nothing_until_there_is_another_connection() {
    let (mut page, key) = page_with_ben();
    says(&mut page, key, TAKES_FILES);
    let event = |event| Input::Connection(key, event);
    page.feed(event(ConnectionEvent::FileChannelOpened));
    attaches(&mut page, b"hello");
    let cancel = || FileMessage::Refuse(TransferId(1)).to_bytes();
    let mut closes = 0;
    for _ in 0..3000 {
        let actions = page.feed(event(ConnectionEvent::FileMessage(cancel())));
        let is_closed = actions.contains(&Action::CloseFileChannel(key));
        closes += usize::from(is_closed);
    }
    assert_eq!(closes, 1);
    assert_eq!(opens(&says(&mut page, key, TAKES_FILES)), []);
    page.feed(event(ConnectionEvent::FileChannelClosed));
    assert_eq!(opens(&page.feed(Input::Tick)), []);
    let second = opened(&page.hear(1, offer_of_ben(2)))[0];
    let actions = page.feed(Input::Connection(second, ConnectionEvent::ChannelOpened));
    assert_eq!(opens(&actions), [second]);
}
