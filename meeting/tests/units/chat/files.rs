//! Chat messages that bring a file with them.

use meeting::files::{AttachedFile, FileId, FileSize};
use simulation::disk::digest;

use super::*;

fn file(name: &str, content: &[u8]) -> AttachedFile {
    AttachedFile {
        id: FileId(digest(content)),
        size: FileSize::try_from(7).unwrap(),
        name: name.to_owned().into(),
        media_type: None,
    }
}

fn with_file(number: u64, file: AttachedFile) -> ChatMessage {
    ChatMessage {
        text: file.name.to_string(),
        file: Some(file),
        ..message(number)
    }
}

fn files(chat: &Chat) -> Vec<AttachedFile> {
    chat.entries()
        .filter_map(|it| it.message.file.clone())
        .collect()
}

#[test]
fn a_message_with_a_file_says_what_it_is_called_and_is_passed_on_with_it() {
    let mut ada = Page::of(1);
    let plan = file("plan.pdf", b"plan");
    let believed = ada.believed();
    let message = ada
        .chat
        .send(&ada.me, 1, Outgoing::File(plan.clone()), &believed)
        .unwrap();
    assert_eq!((message.text.as_str(), message.number), ("plan.pdf", 0));
    let mut ben = Page::of(2);
    ben.reads(&ada.me, message);
    let mut cleo = Page::of(3);
    cleo.catches_up_with(&ben);
    for page in [&ada, &ben, &cleo] {
        assert_eq!(files(&page.chat), std::slice::from_ref(&plan));
    }
}

/// Mallory passed on what Ada had written, with another file, and Ada's never came.
#[test]
fn a_file_that_somebody_puts_in_place_of_another_does_not_keep_that_one_away() {
    let (ada, ben, mallory) = (somebody(1), somebody(2), somebody(3));
    let [true_file, false_file] = [file("plan.pdf", b"plan"), file("plan.pdf", b"evil")];
    let mut chat = Chat::default();
    for (from, file) in [
        (&mallory, &false_file),
        (&ben, &true_file),
        (&ben, &true_file),
    ] {
        let passed_on = passed_on(&ada, with_file(0, file.clone()));
        assert_eq!(chat.receive_history(None, from, passed_on), Ok(()));
    }
    let mut there = files(&chat);
    there.sort_by_key(|it| *it == true_file);
    assert_eq!(there, [false_file, true_file.clone()]);
    chat.receive(&ada, with_file(0, true_file.clone()), true)
        .unwrap();
    assert_eq!(
        files(&chat),
        [true_file],
        "what its author says replaces the rest"
    );
}
