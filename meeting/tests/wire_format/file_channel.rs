//! What crosses the file channel, byte by byte, and what files are named by.

use std::fmt::Write;

use meeting::files::{
    Content, Data, Digest, Fetch, FileAction, FileId, FileKey, FileMessage, FileSize, Files, Input,
    Output, Part, TransferId,
};
use meeting::time::Timestamp;
use sha2::{Digest as _, Sha256};

/// What names a file that says `hello` and ends its line.
const HELLO: &str = "46720e88f936d133da42bc02170ddd268966d986f7f76115dc08751e33a78ecb";

/// One of each, with its bytes.
fn messages() -> Vec<(FileMessage<'static>, String)> {
    let fetch = |transfer, part| {
        FileMessage::Fetch(Fetch {
            transfer: TransferId(transfer),
            part,
            id: FileId(HELLO.to_owned().try_into().unwrap()),
            from: 3,
            until: 260,
        })
    };
    vec![
        (
            fetch(258, Part::Hashes),
            format!("010000010200{HELLO}0000000300000104"),
        ),
        (
            fetch(1, Part::Pieces),
            format!("010000000101{HELLO}0000000300000104"),
        ),
        (
            FileMessage::Data(Data {
                transfer: TransferId(1),
                offset: 258,
                bytes: b"hello\n",
            }),
            "0200000001000000000000010268656c6c6f0a".to_owned(),
        ),
        (FileMessage::Refuse(TransferId(1)), "0300000001".to_owned()),
        (
            FileMessage::Cancel(TransferId(u32::MAX)),
            "04ffffffff".to_owned(),
        ),
    ]
}

#[test]
fn each_message_has_its_bytes() {
    for (message, bytes) in messages() {
        let mut written = String::new();
        for byte in message.to_bytes() {
            write!(written, "{byte:02x}").unwrap();
        }
        assert_eq!(written, bytes, "{message:?}");
        assert_eq!(FileMessage::parse(&message.to_bytes()), Ok(message));
    }
}

/// What a page that attaches these bytes says names them.
fn id_of(file: &[u8]) -> Content {
    let mut files = Files::default();
    let (key, size) = (FileKey(1), FileSize::try_from(file.len() as u64).unwrap());
    let (name, media_type) = ("file".to_owned().into(), None);
    files.handle(
        Timestamp::default(),
        Input::Attach {
            key,
            name,
            media_type,
            size,
        },
    );
    loop {
        let input = match files.poll_output().unwrap() {
            Output::Storage(FileAction::Read { key, piece, range }) => {
                let range =
                    usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap();
                let bytes = Ok(file[range].to_vec());
                Input::Read { key, piece, bytes }
            }
            Output::Storage(FileAction::Hash(key, bytes)) => {
                let digest = Digest::from_bytes(Sha256::digest(&bytes).into());
                Input::Hashed(key, bytes, digest)
            }
            Output::Attached(file) => return file.content(),
            other => panic!("{other:?}"),
        };
        files.handle(Timestamp::default(), input);
    }
}

/// These were computed by another program, as `docs/conversation.md` says.
#[test]
fn a_file_is_named_by_what_the_document_says() {
    for (file, id) in [
        (b"hello\n".to_vec(), HELLO),
        (
            vec![b'a'; 65_537],
            "dc293284ab259bbefdb2ae5847ebb17ad15c46953724e6ab3ffd6a99401dce24",
        ),
    ] {
        assert_eq!(id_of(&file).id.0.to_string(), id);
    }
}
