//! What somebody may do on the file channel, and with what they say of files.

use meeting::client::{Action, Input, Notice};
use meeting::files::{
    Content, Data, Fetch, FileId, FileMessage, FileSize, FileState, Part, TransferId, Waiting,
};
use meeting::limits;
use simulation::disk::digest;

use super::holder::{anns_content, anns_file};
use super::people::{Guise, ann, mallorys_id};
use super::victim::Victim;

const FLOOD: u64 = 10_000;

/// Vic, who is getting a file of Ann's, with what was asked of Ann for it.
fn getting_a_file(guise: Guise) -> (Victim, Vec<Action>) {
    let mut victim = Victim::in_a_call(guise);
    victim.hears_of_files(&ann().id, &[anns_content()]);
    let asked = victim.accepts(anns_content());
    assert_eq!(victim.sent_to(&ann().id, &asked).len(), 1);
    (victim, asked)
}

/// Numbers at which something might overflow or be taken for another.
const OFFSETS: [u64; 4] = [0, 16_384, u64::MAX - 16_384, u64::MAX];
const NUMBERS: [u32; 5] = [0, 1, 4, 1 << 20, u32::MAX];

fn data(transfer: u32, offset: u64, bytes: &[u8]) -> Vec<u8> {
    let transfer = TransferId(transfer);
    FileMessage::Data(Data {
        transfer,
        offset,
        bytes,
    })
    .to_bytes()
}

fn fetch(transfer: u32, part: Part, id: FileId, from: u32, until: u32) -> Vec<u8> {
    let transfer = TransferId(transfer);
    FileMessage::Fetch(Fetch {
        transfer,
        part,
        id,
        from,
        until,
    })
    .to_bytes()
}

/// Bytes that nobody means well with. The transfers of Vic's page are numbered from 1.
fn attacks() -> Vec<Vec<u8>> {
    let mut all = vec![
        vec![],
        vec![0],
        vec![255; 40],
        vec![2; limits::FILE_DATA_BYTES + 14],
    ];
    for kind in 0..=5_u8 {
        all.extend([1, 4, 5, 6, 13, 14, 45, 46, 47].map(|length| vec![kind; length]));
        all.push(vec![kind; 1024 * 1024]);
    }
    for transfer in NUMBERS {
        for offset in OFFSETS {
            for length in [0, 1, 128, limits::FILE_DATA_BYTES] {
                all.push(data(transfer, offset, &vec![0; length]));
            }
        }
        all.push(FileMessage::Refuse(TransferId(transfer)).to_bytes());
        all.push(FileMessage::Cancel(TransferId(transfer)).to_bytes());
        for part in [Part::Hashes, Part::Pieces] {
            for (from, until) in NUMBERS.into_iter().zip(NUMBERS.into_iter().rev()) {
                all.push(fetch(transfer, part, anns_content().id, from, until));
                all.push(fetch(transfer, part, FileId(digest(b"")), from, until));
            }
        }
    }
    all
}

#[test]
fn no_bytes_change_anything_of_anybody_else() {
    for bytes in attacks() {
        let (mut victim, asked) = getting_a_file(Guise::Anns);
        let before = victim.what_is_known_of_the_others();
        let start = &bytes[..bytes.len().min(50)];
        let what = format!("{} bytes that begin with {start:?}", bytes.len());
        for _ in 0..3 {
            let actions = victim.takes_bytes(&mallorys_id(), &bytes);
            victim.does_nothing_to_the_others(&actions, &what);
            let uses_disk = actions.iter().any(|it| matches!(it, Action::File(_)));
            assert!(!uses_disk, "{actions:?} because of {what}");
        }
        assert_eq!(victim.what_is_known_of_the_others(), before, "{what}");
        victim.is_served_by_ann(&asked, &what);
        victim.still_hears_the_others(&what);
    }
}

#[test]
fn whoever_floods_the_file_channel_is_named_and_not_listened_to_any_more() {
    let all = attacks();
    let is_fetch = |it: &&Vec<u8>| matches!(FileMessage::parse(it), Ok(FileMessage::Fetch(_)));
    let is_data = |it: &&Vec<u8>| matches!(FileMessage::parse(it), Ok(FileMessage::Data(_)));
    let is_garbage = |it: &&Vec<u8>| FileMessage::parse(it).is_err();
    let kinds: [Vec<_>; 4] = [
        all.iter().filter(is_fetch).collect(),
        all.iter().filter(is_data).collect(),
        all.iter().filter(is_garbage).collect(),
        all.iter().collect(),
    ];
    for bytes in kinds {
        let (mut victim, asked) = getting_a_file(Guise::ItsOwn);
        let before = victim.what_is_known_of_the_others();
        let looked = victim.looked;
        let (mut sent, mut closed) = (0, 0);
        for (number, bytes) in (0..FLOOD).zip(bytes.iter().cycle()) {
            if number % 10 == 0 {
                victim.waits(1);
            }
            let actions = victim.takes_bytes(&mallorys_id(), bytes);
            victim.does_nothing_to_the_others(&actions, "a flood");
            for action in actions {
                match action {
                    Action::SendFile(..) => sent += 1,
                    Action::CloseFileChannel(key) => {
                        assert_eq!(key, victim.key(&mallorys_id()));
                        closed += 1;
                    }
                    Action::File(_) => panic!("{action:?}"),
                    _ => {}
                }
            }
        }
        assert_eq!(closed, 1);
        assert!(sent <= 2_100, "{sent}");
        assert!(
            victim.looked - looked <= 2_200,
            "{}",
            victim.looked - looked
        );
        let quieted =
            |it: &&Notice| matches!(it, Notice::Quieted(name) if name.as_str() == "Mallory");
        assert_eq!(victim.told.iter().filter(quieted).count(), 1);
        assert_eq!(victim.what_is_known_of_the_others(), before);
        victim.is_served_by_ann(&asked, "a flood");
        victim.still_hears_the_others("a flood");
    }
}

/// Mallory says that they have Ann's file, too, and is asked for it.
#[test]
fn whoever_gives_something_else_is_left_and_the_file_comes_from_somebody_else() {
    let wrong_list = |transfer: u32| vec![data(transfer, 0, &[7; 4 * 32])];
    let silence = |_: u32| Vec::new();
    let refusal = |transfer: u32| vec![FileMessage::Refuse(TransferId(transfer)).to_bytes()];
    let endless = |transfer: u32| {
        let more = (0..500).map(|number: u64| data(transfer, number * 16_384, &[7; 16_384]));
        more.collect()
    };
    let crumbs = |transfer: u32| {
        (0..4 * 32)
            .map(|number| data(transfer, number, &[7]))
            .collect()
    };
    let answers: [&dyn Fn(u32) -> Vec<Vec<u8>>; 5] =
        [&wrong_list, &silence, &refusal, &endless, &crumbs];
    for (number, answer) in answers.into_iter().enumerate() {
        let mut victim = Victim::in_a_call(Guise::ItsOwn);
        victim.hears_of_files(&mallorys_id(), &[anns_content()]);
        let asked = victim.accepts(anns_content());
        let bytes = victim.sent_to(&mallorys_id(), &asked).remove(0);
        let FileMessage::Fetch(fetch) = FileMessage::parse(&bytes).unwrap() else {
            panic!("{bytes:?}");
        };
        victim.hears_of_files(&ann().id, &[anns_content()]);
        let mut actions = Vec::new();
        for bytes in answer(fetch.transfer.0) {
            actions.extend(victim.takes_bytes(&mallorys_id(), &bytes));
        }
        if victim.sent_to(&ann().id, &actions).is_empty() {
            victim.waits(20_000);
            actions.extend(victim.feed(Input::Tick));
        }
        assert_eq!(victim.sent_to(&ann().id, &actions).len(), 1, "{number}");
        victim.is_served_by_ann(&actions, &format!("answer {number}"));
        victim.still_hears_the_others(&format!("answer {number}"));
    }
}

#[test]
fn a_file_that_is_not_what_was_said_of_it_never_comes_and_fills_nothing() {
    let true_content = anns_content();
    for size in [1, 65_536, 199_999, 200_001, 1 << 30, limits::FILE_BYTES] {
        let size = FileSize::try_from(size).unwrap();
        let lie = Content {
            size,
            ..true_content
        };
        let mut victim = Victim::in_a_call(Guise::ItsOwn);
        victim.hears_of_files(&mallorys_id(), &[lie]);
        let asked = victim.accepts(lie);
        let mut waiting = victim.sent_to(&mallorys_id(), &asked);
        // Mallory sends the digests of the true file, and what they like for those that are missing.
        while let Some(bytes) = waiting.pop() {
            let FileMessage::Fetch(fetch) = FileMessage::parse(&bytes).unwrap() else {
                continue;
            };
            assert_eq!(fetch.part, Part::Hashes);
            let mut list = digests_of(&anns_file());
            list.resize(usize::try_from(size.pieces()).unwrap() * 32, 7);
            for (number, bytes) in (0_u64..).zip(list.chunks(16_384)) {
                let bytes = data(fetch.transfer.0, number * 16_384, bytes);
                let actions = victim.takes_bytes(&mallorys_id(), &bytes);
                waiting.extend(victim.sent_to(&mallorys_id(), &actions));
            }
        }
        assert_eq!(
            victim.file(lie),
            FileState::Waiting(Waiting::WrongContent),
            "{size:?}"
        );
        assert_eq!(victim.disk.written, 0);
    }
}

fn digests_of(file: &[u8]) -> Vec<u8> {
    file.chunks(65_536)
        .flat_map(|piece| *digest(piece).as_bytes())
        .collect()
}

#[test]
fn whoever_has_ever_other_files_makes_nobody_ask_without_end() {
    let (mut victim, asked) = getting_a_file(Guise::ItsOwn);
    let mut sent = 0;
    for number in 0..FLOOD {
        victim.waits(1);
        let have: &[Content] = if number % 2 == 0 {
            &[anns_content()]
        } else {
            &[]
        };
        let text = match have {
            [] => r#"{"type":"files","have":[]}"#.to_owned(),
            _ => format!(r#"{{"type":"files","have":["{}"]}}"#, anns_content().id.0),
        };
        let actions = victim.hears_from_mallory(&text);
        sent += victim.sent_to(&mallorys_id(), &actions).len();
    }
    assert!(sent <= 20, "{sent}");
    victim.is_served_by_ann(&asked, "a flood of files");
}
