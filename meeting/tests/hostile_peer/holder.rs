//! Somebody who has a file and gives it to Vic.

use meeting::backoff::Jitter;
use meeting::client::{Action, ConnectionEvent, Input};
use meeting::conversation::ConversationMessage;
use meeting::files::{self, Content, FileMessage, FileSize, FileState, Files, Output};
use meeting::id::ParticipantId;
use meeting::time::Timestamp;
use simulation::disk::{Disk, content, some_file};

use super::people::{ann, vic};
use super::victim::Victim;

/// The size of Ann's file: a few pieces, the last of them short.
const SIZE: u64 = 200_000;

/// What Ann has attached.
pub(crate) fn anns_file() -> Vec<u8> {
    some_file(SIZE, &mut Jitter::new(1))
}

/// What names it.
pub(crate) fn anns_content() -> Content {
    content(&anns_file())
}

/// Files of somebody who means well.
#[derive(Debug)]
pub(crate) struct Holder {
    files: Files,
    disk: Disk,
}

impl Holder {
    /// Somebody who has a file and a channel to Vic.
    pub(crate) fn of(file: Vec<u8>) -> Self {
        let mut holder = Self {
            files: Files::default(),
            disk: Disk::default(),
        };
        let size = FileSize::try_from(file.len() as u64).unwrap();
        let key = holder.disk.choose(file);
        let (name, media_type) = ("file".to_owned().into(), None);
        let attach = files::Input::Attach {
            key,
            name,
            media_type,
            size,
        };
        holder.files.handle(Timestamp::default(), attach);
        holder.answers();
        holder.files.connect(Timestamp::default(), &vic().id);
        holder
    }

    /// Hears what Vic sends on the file channel, and gives what is sent in return.
    pub(crate) fn hears(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let message = FileMessage::parse(bytes).unwrap();
        self.files
            .receive(Timestamp::default(), &vic().id, &message);
        self.answers()
    }

    fn answers(&mut self) -> Vec<Vec<u8>> {
        let mut sent = Vec::new();
        self.files.pump(Timestamp::default(), |_| 0);
        while let Some(output) = self.files.poll_output() {
            match output {
                Output::Storage(action) => {
                    if let Some(input) = self.disk.perform(action) {
                        self.files.handle(Timestamp::default(), input);
                    }
                }
                Output::Send(_, bytes) => sent.push(bytes),
                Output::Announce(_) | Output::Attached(_) => {}
            }
            self.files.pump(Timestamp::default(), |_| 0);
        }
        sent
    }
}

impl Victim {
    /// Both ends have opened the file channel to somebody, who has these files.
    pub(crate) fn hears_of_files(&mut self, id: &ParticipantId, have: &[Content]) {
        let have = have.iter().map(|it| it.id).collect();
        self.hears(id, ConversationMessage::Files { have });
    }

    /// The person accepts a file.
    pub(crate) fn accepts(&mut self, content: Content) -> Vec<Action> {
        let key = self.disk.make_room(content);
        self.feed(Input::File(files::Input::Accept(key, content)))
    }

    /// How it is with a file.
    pub(crate) fn file(&self, content: Content) -> FileState {
        self.client.file(Timestamp::from_millis(self.now), &content)
    }

    /// Bytes come on the file channel from somebody.
    pub(crate) fn takes_bytes(&mut self, from: &ParticipantId, bytes: &[u8]) -> Vec<Action> {
        let event = ConnectionEvent::FileMessage(bytes.to_vec());
        self.feed(Input::Connection(self.key(from), event))
    }

    /// What was sent on the file channel to somebody.
    pub(crate) fn sent_to(&self, id: &ParticipantId, actions: &[Action]) -> Vec<Vec<u8>> {
        let to = self.key(id);
        let bytes = |action: &Action| match action {
            Action::SendFile(key, bytes) if *key == to => Some(bytes.clone()),
            _ => None,
        };
        actions.iter().filter_map(bytes).collect()
    }

    /// Ann gives Vic what is asked of them, until nothing more is.
    pub(crate) fn is_served_by_ann(&mut self, asked: &[Action], after: &str) {
        let ann = ann().id;
        let mut holder = Holder::of(anns_file());
        let mut waiting = self.sent_to(&ann, asked);
        while !waiting.is_empty() {
            let bytes = waiting.remove(0);
            for answer in holder.hears(&bytes) {
                let actions = self.takes_bytes(&ann, &answer);
                waiting.extend(self.sent_to(&ann, &actions));
            }
        }
        let key = self.client.file_key(&anns_content()).unwrap();
        assert!(
            matches!(self.file(anns_content()), FileState::Complete { .. }),
            "after {after}"
        );
        assert_eq!(self.disk.bytes(key), anns_file(), "after {after}");
    }
}
