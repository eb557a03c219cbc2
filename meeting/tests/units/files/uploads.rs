//! What a page gives to others.

use std::collections::BTreeMap;

use meeting::files::{
    Content, Fetch, FileId, FileMessage, FileState, Input, Part, Receipt, TransferId,
};
use meeting::limits;
use simulation::disk::{content, digest};

use super::page::{PIECE, Page, SIZE, Sent, file, somebody};

/// A page that has a file and a channel to so many others, and what names the file.
fn page_with_file(size: u64, others: u8) -> (Page, Content) {
    let mut page = Page::among(others, &[]);
    page.attaches(file(size));
    (page, content(&file(size)))
}

fn fetch(transfer: u32, id: FileId, from: u32, until: u32) -> FileMessage<'static> {
    FileMessage::Fetch(Fetch {
        transfer: TransferId(transfer),
        part: Part::Pieces,
        id,
        from,
        until,
    })
}

/// Which transfers were refused.
fn refused(page: &mut Page) -> Vec<u32> {
    let sent = page.sends().into_iter();
    let refused = sent.filter_map(|(_, it)| match it {
        Sent::Refuse(transfer) => Some(transfer.0),
        _ => None,
    });
    refused.collect()
}

#[test]
fn what_is_not_there_is_refused() {
    let (mut page, there) = page_with_file(SIZE, 1);
    let nothing = FileId(digest(b"nothing"));
    for (id, from, until) in [
        (nothing, 0, 1),
        (there.id, 0, 0),
        (there.id, 1, 0),
        (there.id, 0, 7),
        (there.id, 6, 7),
        (there.id, u32::MAX - 1, u32::MAX),
        (there.id, 0, u32::MAX),
    ] {
        let receipt = page.hears(1, &fetch(4, id, from, until));
        assert_eq!(receipt, Receipt::Request);
        assert_eq!(refused(&mut page), [4], "{from}..{until}");
    }
    page.hears(1, &fetch(4, there.id, 5, 6));
    assert_eq!(refused(&mut page), [0; 0]);
}

#[test]
fn nobody_has_more_transfers_than_the_limit() {
    let (mut page, there) = page_with_file(SIZE, 2);
    page.is_slow = true;
    let most = u32::try_from(limits::UPLOADS_EACH).unwrap();
    for transfer in 0..=most {
        page.hears(1, &fetch(transfer, there.id, 0, 1));
    }
    assert_eq!(refused(&mut page), [most]);
    page.hears(2, &fetch(0, there.id, 0, 1));
    page.hears(1, &FileMessage::Cancel(TransferId(3)));
    page.hears(1, &fetch(most, there.id, 0, 1));
    assert_eq!(refused(&mut page), [0; 0]);
    assert_eq!(page.state(there), FileState::Complete { uploads: 2 });
}

#[test]
fn a_page_reads_one_piece_at_a_time_for_each_whatever_they_ask_for_and_give_up() {
    let (mut page, there) = page_with_file(SIZE, 2);
    page.is_slow = true;
    for transfer in 0..1000 {
        page.hears(1, &fetch(transfer, there.id, transfer % 6, 6));
        page.hears(1, &FileMessage::Cancel(TransferId(transfer)));
        page.hears(2, &fetch(transfer, there.id, 0, 6));
    }
    assert_eq!(page.reads.len(), 2);
    page.hears(1, &fetch(1000, there.id, 2, 3));
    page.sends();
    page.is_slow = false;
    page.reads_all();
    let to_first = page
        .sends()
        .into_iter()
        .filter(|(to, _)| *to == somebody(1));
    let to_first: Vec<_> = to_first.map(|(_, it)| it).collect();
    assert!(
        matches!(&to_first[..], [Sent::Data(TransferId(1000), offset, _), ..] if *offset == 2 * PIECE),
        "what was given up is not sent"
    );
}

#[test]
fn no_more_waits_to_be_sent_than_the_limit_and_everybody_has_a_share_of_it() {
    for others in 1..=7 {
        let (mut page, there) = page_with_file(4 * 1024 * 1024, others);
        page.is_slow = true;
        for number in 1..=others {
            page.hears(number, &fetch(1, there.id, 0, 10));
        }
        page.is_slow = false;
        page.reads_all();
        let mut waiting = BTreeMap::new();
        for (to, message) in page.sends() {
            if let Sent::Data(_, _, bytes) = message {
                *waiting.entry(to).or_insert(0) += bytes.len();
            }
        }
        assert_eq!(waiting.len(), usize::from(others));
        let share = (limits::FILE_BUFFER / usize::from(others)).max(48 * 1024);
        for bytes in waiting.into_values() {
            assert!(
                bytes > limits::FILE_BUFFER_LOW,
                "the channel says when there is room"
            );
            assert!(
                bytes <= share + limits::FILE_DATA_BYTES,
                "{bytes} of {others}"
            );
        }
        page.fills(others, share);
        page.settle();
        assert_eq!(page.sends(), [], "{others}");
    }
}

#[test]
fn the_files_that_somebody_gets_take_turns() {
    let mut page = Page::among(1, &[]);
    let files = [6 * PIECE, 5 * PIECE].map(file);
    for file in files.clone() {
        page.attaches(file);
    }
    page.fills(1, limits::FILE_BUFFER);
    for (transfer, file) in (1..).zip(&files) {
        let content = content(file);
        page.hears(1, &fetch(transfer, content.id, 0, content.size.pieces()));
    }
    assert_eq!(page.sends(), []);
    page.settle();
    let mut pieces = Vec::new();
    loop {
        let sent = page.sends();
        if sent.is_empty() {
            break;
        }
        for (_, message) in sent {
            if let Sent::Data(transfer, offset, _) = message
                && offset % PIECE == 0
            {
                pieces.push(transfer.0);
            }
        }
        page.settle();
    }
    assert_eq!(pieces, [1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]);
}

#[test]
fn a_file_that_its_owner_gives_up_is_sent_no_more() {
    let (mut page, there) = page_with_file(SIZE, 1);
    page.fills(1, limits::FILE_BUFFER);
    page.hears(1, &fetch(8, there.id, 0, 6));
    page.feed(Input::Cancel(page.files.key(&there).unwrap()));
    assert_eq!(refused(&mut page), [8]);
    page.settle();
    assert_eq!(page.sends(), []);
    assert_eq!(page.files.announced(), []);
    page.hears(1, &fetch(9, there.id, 0, 6));
    assert_eq!(refused(&mut page), [9]);
}
