//! What a page asks for, and what it believes.

use meeting::files::{
    Content, Data, FileId, FileMessage, FileSize, FileState, Input, Part, Receipt, TransferId,
    Waiting,
};
use meeting::id::ParticipantId;
use meeting::limits;
use meeting::time::Timestamp;
use simulation::disk::{content, digest};

use super::page::{PIECE, Page, SIZE, Sent, file, somebody};

fn honest(_: &ParticipantId, _: &mut Vec<u8>) {}

#[test]
fn nothing_is_asked_for_before_the_person_accepts_it() {
    let content = content(&file(SIZE));
    let mut page = Page::among(2, &[content.id]);
    page.wait(60_000);
    assert_eq!(page.sends(), []);
    assert_eq!(page.state(content), FileState::Offered { holders: 2 });
}

#[test]
fn a_file_comes_from_one_who_has_it() {
    for size in [1, PIECE - 1, PIECE, PIECE + 1, SIZE, 20 * PIECE] {
        let file = file(size);
        let content = content(&file);
        let mut page = Page::among(3, &[content.id]);
        let key = page.accepts(content);
        assert_eq!(page.is_served(&file, honest).len(), 1, "{size}");
        assert_eq!(page.state(content), FileState::Complete { uploads: 0 });
        assert_eq!(page.disk.bytes(key), file);
        assert_eq!(page.files.announced(), [content.id]);
        assert_eq!(page.files.poll_timeout(), None);
    }
}

#[test]
fn no_more_is_asked_for_than_can_be_written_and_more_before_all_of_it_is() {
    let size = 40 * PIECE;
    let content = content(&file(size));
    let mut page = Page::among(1, &[content.id]);
    page.accepts(content);
    let mut server = Page::default();
    server.attaches(file(size));
    server.files.connect(Timestamp::default(), &somebody(1));
    let (mut asked, mut came, mut fetches) = (0, 0, 0);
    while !matches!(page.state(content), FileState::Complete { .. }) {
        for (_, sent) in page.sends() {
            if let Sent::Fetch(fetch) = sent {
                asked = asked.max(if fetch.part == Part::Pieces {
                    fetch.until
                } else {
                    0
                });
                fetches += 1;
                server.hears(1, &FileMessage::Fetch(fetch));
            }
        }
        for (_, sent) in server.sends() {
            let Sent::Data(transfer, offset, bytes) = sent else {
                panic!("{sent:?}");
            };
            let data = Data {
                transfer,
                offset,
                bytes: &bytes,
            };
            page.hears(1, &FileMessage::Data(data));
            came = u32::try_from(page.disk.written / PIECE).unwrap();
            assert!(
                asked <= came + 16,
                "{asked} are asked for when {came} are written"
            );
        }
        server.settle();
    }
    // The digests, the first sixteen, and the rest eight by eight.
    assert_eq!((asked, came, fetches), (40, 40, 5));
}

#[test]
fn what_was_not_asked_for_is_left_out() {
    let content = content(&file(SIZE));
    let mut page = Page::among(2, &[content.id]);
    let bytes = &[7; limits::FILE_DATA_BYTES][..];
    let unasked = |page: &mut Page, from, transfer, offset, bytes| {
        let data = Data {
            transfer: TransferId(transfer),
            offset,
            bytes,
        };
        assert_eq!(page.hears(from, &FileMessage::Data(data)), Receipt::Unasked);
    };
    unasked(&mut page, 1, 1, 0, bytes);
    page.accepts(content);
    let Some((to, Sent::Fetch(fetch))) = page.sends().pop() else {
        panic!("nothing is asked for");
    };
    assert_eq!((fetch.part, fetch.from, fetch.until), (Part::Hashes, 0, 6));
    let (asked, other) = if to == somebody(1) { (1, 2) } else { (2, 1) };
    // The list of digests is shorter than any message.
    let (transfer, list) = (fetch.transfer.0, &[7; 32][..]);
    unasked(&mut page, asked, transfer, 0, bytes);
    unasked(&mut page, asked, transfer, 32, list);
    unasked(&mut page, asked, transfer, u64::MAX, list);
    unasked(&mut page, asked, transfer, 0, &[]);
    unasked(&mut page, asked, transfer + 1, 0, list);
    unasked(&mut page, other, transfer, 0, list);
    unasked(&mut page, 9, transfer, 0, list);
    let data = Data {
        transfer: fetch.transfer,
        offset: 0,
        bytes: list,
    };
    assert_eq!(page.hears(asked, &FileMessage::Data(data)), Receipt::Crumb);
    unasked(&mut page, asked, transfer, 0, list);
    assert_eq!(page.disk.written, 0);
}

/// Whoever sends other pieces, or another list of digests, is asked no more, and the next one is.
#[test]
fn a_file_comes_from_an_honest_one_when_others_lie() {
    let file = file(SIZE);
    let content = content(&file);
    let liars = [somebody(1), somebody(2)];
    // The list of digests, or the first message of each piece.
    for length in [192, 16_384] {
        let mut page = Page::among(3, &[content.id]);
        let key = page.accepts(content);
        let lie = |from: &_, bytes: &mut Vec<u8>| {
            if liars.contains(from) && bytes.len() as u64 == length {
                bytes[17] ^= 1;
            }
        };
        let mut asked = page.is_served(&file, lie);
        assert_eq!(page.disk.bytes(key), file);
        assert_eq!(asked.pop(), Some(somebody(3)));
        assert!(asked.iter().all(|it| liars.contains(it)), "{asked:?}");
    }
}

#[test]
fn a_file_of_which_only_lies_come_waits_for_somebody_else_and_goes_on_with_what_was_right() {
    let file = file(SIZE);
    let content = content(&file);
    let mut page = Page::among(2, &[content.id]);
    let key = page.accepts(content);
    // What the last message begins with, as no other does.
    let last = file[file.len() - limits::FILE_DATA_BYTES..][..8].to_vec();
    let asked = page.is_served(&file, |_, bytes| {
        if bytes.starts_with(&last) {
            bytes[9] ^= 1;
        }
    });
    assert_eq!(asked.len(), 2);
    assert_eq!(
        page.state(content),
        FileState::Waiting(Waiting::WrongContent)
    );
    assert_eq!(page.disk.written, 5 * PIECE);
    page.wait(600_000);
    assert_eq!(page.sends(), []);
    page.files
        .connect(Timestamp::from_millis(page.now), &somebody(3));
    page.files.on_announced(&somebody(3), &[content.id]);
    page.settle();
    assert_eq!(page.is_served(&file, honest), [somebody(3)]);
    assert_eq!((page.disk.bytes(key), page.disk.written), (&file[..], SIZE));
}

#[test]
fn a_file_has_no_other_size_than_its_own() {
    let file = file(SIZE);
    let honest_content = content(&file);
    for size in [
        1,
        SIZE - 1,
        SIZE + 1,
        5 * PIECE,
        6 * PIECE,
        limits::FILE_BYTES,
    ] {
        let size = FileSize::try_from(size).unwrap();
        let lie = Content {
            size,
            ..honest_content
        };
        let mut page = Page::among(1, &[lie.id]);
        page.accepts(lie);
        for _ in 0..10 {
            page.wait(100_000);
            page.is_served(&file, honest);
        }
        assert_eq!(page.disk.written, 0, "{size:?}");
        assert!(matches!(page.state(lie), FileState::Waiting(_)), "{size:?}");
        assert_eq!(page.files.announced(), []);
    }
}

#[test]
fn whoever_is_silent_is_asked_later_and_somebody_else_now() {
    let content = content(&file(SIZE));
    let mut page = Page::among(2, &[content.id]);
    page.accepts(content);
    let asked = |page: &mut Page| {
        let sent = page.sends().into_iter();
        let fetches = sent.filter(|(_, it)| matches!(it, Sent::Fetch(_)));
        fetches.map(|(to, _)| to).collect::<Vec<_>>()
    };
    let first = asked(&mut page);
    assert_eq!(first.len(), 1);
    let due = page.files.poll_timeout().unwrap().as_millis();
    assert_eq!(due, 20_000);
    page.wait(19_999);
    assert_eq!(asked(&mut page), []);
    page.wait(1);
    let second = asked(&mut page);
    assert_eq!(second.len(), 1);
    assert_ne!(first, second);
    page.wait(20_000);
    assert_eq!(
        asked(&mut page),
        first,
        "who has rested for a second is asked again"
    );
}

/// A holder that took long for a piece was given up again and again, and the file never came.
#[test]
fn a_slow_way_is_a_way_all_the_same() {
    let file = file(SIZE);
    let content = content(&file);
    let mut page = Page::among(1, &[content.id]);
    page.accepts(content);
    let mut server = Page::default();
    server.attaches(file);
    server.files.connect(Timestamp::default(), &somebody(1));
    for _ in 0..200 {
        server.fills(1, limits::FILE_BUFFER - 1);
        for (_, sent) in page.sends() {
            let message = match sent {
                Sent::Fetch(fetch) => FileMessage::Fetch(fetch),
                Sent::Cancel(transfer) => FileMessage::Cancel(transfer),
                other => panic!("{other:?}"),
            };
            server.hears(1, &message);
        }
        server.settle();
        for (_, sent) in server.sends() {
            if let Sent::Data(transfer, offset, bytes) = sent {
                page.wait(18_000);
                page.hears(
                    1,
                    &FileMessage::Data(Data {
                        transfer,
                        offset,
                        bytes: &bytes,
                    }),
                );
            }
        }
        page.wait(1000);
    }
    assert_eq!(page.state(content), FileState::Complete { uploads: 0 });
}

#[test]
fn so_many_files_come_at_the_same_time_and_the_others_wait_for_their_turn() {
    let sizes = [1, 2, 3, 4, 5].map(|number| number * PIECE);
    let contents = sizes.map(|size| content(&file(size)));
    let mut page = Page::among(2, &contents.map(|it| it.id));
    for content in contents {
        page.accepts(content);
    }
    let comes = |page: &Page| {
        let states = contents.map(|it| page.state(it));
        states
            .iter()
            .filter(|it| matches!(it, FileState::Downloading { .. }))
            .count()
    };
    assert_eq!(comes(&page), limits::DOWNLOADS);
    assert_eq!(page.state(contents[4]), FileState::Waiting(Waiting::Turn));
    let key = page.files.key(&contents[0]).unwrap();
    page.feed(Input::Cancel(key));
    assert_eq!(comes(&page), limits::DOWNLOADS);
    assert!(matches!(
        page.state(contents[3]),
        FileState::Downloading { .. }
    ));
}

#[test]
fn whoever_has_a_file_no_more_is_asked_no_more() {
    let content = content(&file(SIZE));
    let mut page = Page::among(2, &[content.id]);
    page.accepts(content);
    let (first, _) = page.sends().pop().unwrap();
    page.files.on_announced(&first, &[]);
    page.settle();
    let sent = page.sends();
    assert!(
        matches!(&sent[..], [(to, Sent::Cancel(_)), (next, Sent::Fetch(_))] if *to == first && *next != first),
        "{sent:?}"
    );
    let next = sent[1].0.clone();
    let Sent::Fetch(fetch) = sent[1].1 else {
        panic!("{sent:?}");
    };
    let number = if next == somebody(1) { 1 } else { 2 };
    page.hears(number, &FileMessage::Refuse(fetch.transfer));
    assert_eq!(page.sends(), []);
    assert_eq!(page.state(content), FileState::Waiting(Waiting::Turn));
    page.wait(1000);
    assert_eq!(page.sends().len(), 1);
}

#[test]
fn a_link_that_is_lost_is_held_against_nobody() {
    let content = content(&file(SIZE));
    let mut page = Page::among(1, &[content.id]);
    page.accepts(content);
    for _ in 0..10 {
        let sent = page.sends();
        assert!(matches!(&sent[..], [(_, Sent::Fetch(_))]), "{sent:?}");
        page.files.disconnect(&somebody(1));
        page.settle();
        assert_eq!(
            page.state(content),
            FileState::Waiting(Waiting::NobodyHasIt)
        );
        page.files
            .connect(Timestamp::from_millis(page.now), &somebody(1));
        page.files.on_announced(&somebody(1), &[content.id]);
        page.settle();
    }
}

#[test]
fn nobody_says_that_they_have_more_files_than_they_may() {
    let id = |number: usize| FileId(digest(&number.to_be_bytes()));
    let all: Vec<_> = (0..=limits::FILES_HELD).map(id).collect();
    let page = Page::among(1, &all);
    let size = FileSize::try_from(1).unwrap();
    for (number, holders) in [(0, 1), (limits::FILES_HELD - 1, 1), (limits::FILES_HELD, 0)] {
        let content = Content {
            id: id(number),
            size,
        };
        assert_eq!(
            page.state(content),
            FileState::Offered { holders },
            "{number}"
        );
    }
}
