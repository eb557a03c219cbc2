//! The files of a page, with a browser around them that does everything at once.

use std::collections::{BTreeMap, VecDeque};

use meeting::backoff::Jitter;
use meeting::files::{
    AttachedFile, Content, Data, Fetch, FileAction, FileId, FileKey, FileMessage, FileSize,
    FileState, Files, Input, Output, Receipt, TransferId,
};
use meeting::id::ParticipantId;
use meeting::time::Timestamp;
use simulation::disk::{Disk, some_file};

/// The size of a file whose pieces are of 64 KiB, one and a half for the last two.
pub(super) const SIZE: u64 = 11 * PIECE / 2;
pub(super) const PIECE: u64 = 64 * 1024;

/// The files of a page.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) files: Files,
    pub(super) disk: Disk,
    pub(super) now: u64,
    /// How many bytes wait in the file channel to somebody.
    buffered: BTreeMap<ParticipantId, usize>,
    /// Whether reading takes forever.
    pub(super) is_slow: bool,
    /// What was to be read and was not.
    pub(super) reads: Vec<FileAction>,
    pub(super) attached: Vec<AttachedFile>,
    sent: VecDeque<(ParticipantId, Vec<u8>)>,
}

/// A message of the file channel that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    Fetch(Fetch),
    Data(TransferId, u64, Vec<u8>),
    Refuse(TransferId),
    Cancel(TransferId),
}

/// Somebody of this number.
pub(super) fn somebody(number: u8) -> ParticipantId {
    ParticipantId::from_bytes([number; 16])
}

/// A file of this size.
pub(super) fn file(size: u64) -> Vec<u8> {
    some_file(size, &mut Jitter::new(size))
}

impl Page {
    /// A page with channels to so many others, all of whom have these files.
    pub(super) fn among(others: u8, have: &[FileId]) -> Self {
        let mut page = Self::default();
        for number in 1..=others {
            page.files.connect(page.at(), &somebody(number));
            page.files.on_announced(&somebody(number), have);
        }
        page
    }

    /// A page whose browser reads only what it is told to.
    pub(super) fn slow() -> Self {
        Self {
            is_slow: true,
            ..Self::default()
        }
    }

    fn at(&self) -> Timestamp {
        Timestamp::from_millis(self.now)
    }

    pub(super) fn feed(&mut self, input: Input) {
        self.files.handle(self.at(), input);
        self.settle();
    }

    /// Time goes by.
    pub(super) fn wait(&mut self, millis: u64) {
        self.now += millis;
        self.settle();
    }

    pub(super) fn settle(&mut self) {
        loop {
            let (now, buffered) = (self.at(), self.buffered.clone());
            let buffered = |to: &_| buffered.get(to).copied().unwrap_or_default();
            self.files.pump(now, buffered);
            let Some(output) = self.files.poll_output() else {
                return;
            };
            self.perform(output);
            while let Some(output) = self.files.poll_output() {
                self.perform(output);
            }
        }
    }

    fn perform(&mut self, output: Output) {
        match output {
            Output::Storage(action @ FileAction::Read { .. }) if self.is_slow => {
                self.reads.push(action);
            }
            Output::Storage(action) => {
                if let Some(input) = self.disk.perform(action) {
                    self.files.handle(self.at(), input);
                }
            }
            Output::Send(to, bytes) => {
                *self.buffered.entry(to.clone()).or_default() += bytes.len();
                self.sent.push_back((to, bytes));
            }
            Output::Attached(file) => self.attached.push(file),
            Output::Announce(_) => {}
        }
    }

    /// The browser reads what was asked for so far.
    pub(super) fn reads_all(&mut self) {
        for action in std::mem::take(&mut self.reads) {
            let input = self.disk.perform(action).unwrap();
            self.files.handle(self.at(), input);
        }
        self.settle();
    }

    /// What was sent since, and to whom, all of which is on its way now.
    pub(super) fn sends(&mut self) -> Vec<(ParticipantId, Sent)> {
        self.buffered.clear();
        let sent = self.sent.drain(..);
        sent.map(|(to, bytes)| (to, read(&bytes))).collect()
    }

    /// From now on so much waits in the channel to each of these.
    pub(super) fn fills(&mut self, others: u8, bytes: usize) {
        self.buffered = (1..=others)
            .map(|number| (somebody(number), bytes))
            .collect();
    }

    /// Something comes from somebody.
    pub(super) fn hears(&mut self, from: u8, message: &FileMessage<'_>) -> Receipt {
        let receipt = self.files.receive(self.at(), &somebody(from), message);
        self.settle();
        receipt
    }

    /// The person attaches a file.
    pub(super) fn attaches(&mut self, bytes: Vec<u8>) -> FileKey {
        let size = FileSize::try_from(bytes.len() as u64).unwrap();
        let key = self.disk.choose(bytes);
        let (name, media_type) = ("file".to_owned().into(), None);
        self.feed(Input::Attach {
            key,
            name,
            media_type,
            size,
        });
        key
    }

    /// The person accepts a file.
    pub(super) fn accepts(&mut self, content: Content) -> FileKey {
        let key = self.disk.make_room(content);
        self.feed(Input::Accept(key, content));
        key
    }

    pub(super) fn state(&self, content: Content) -> FileState {
        self.files.state(self.at(), &content)
    }

    /// Serves what this page fetches, as somebody who has the file and may change what they send.
    /// Gives whom it asked, in order, each once.
    pub(super) fn is_served(
        &mut self,
        file: &[u8],
        lie: impl Fn(&ParticipantId, &mut Vec<u8>),
    ) -> Vec<ParticipantId> {
        let mut server = Self::default();
        server.attaches(file.to_vec());
        let mut asked: Vec<ParticipantId> = Vec::new();
        loop {
            let fetches = self.sends();
            if fetches.is_empty() {
                return asked;
            }
            for (to, sent) in fetches {
                let message = match sent {
                    Sent::Fetch(fetch) => FileMessage::Fetch(fetch),
                    Sent::Cancel(transfer) => FileMessage::Cancel(transfer),
                    other => panic!("{other:?} to {to}"),
                };
                if asked.last() != Some(&to) {
                    asked.push(to.clone());
                    server.files.connect(Timestamp::default(), &to);
                }
                server.files.receive(Timestamp::default(), &to, &message);
                server.settle();
                self.takes_all_from(&mut server, &lie);
            }
        }
    }

    fn takes_all_from(&mut self, server: &mut Self, lie: impl Fn(&ParticipantId, &mut Vec<u8>)) {
        loop {
            let sent = server.sends();
            if sent.is_empty() {
                return;
            }
            for (from, sent) in sent {
                match sent {
                    Sent::Data(transfer, offset, mut bytes) => {
                        lie(&from, &mut bytes);
                        let data = Data {
                            transfer,
                            offset,
                            bytes: &bytes,
                        };
                        self.files
                            .receive(self.at(), &from, &FileMessage::Data(data));
                    }
                    Sent::Refuse(transfer) => {
                        let refuse = FileMessage::Refuse(transfer);
                        self.files.receive(self.at(), &from, &refuse);
                    }
                    other => panic!("{other:?} for {from}"),
                }
                self.settle();
            }
            server.settle();
        }
    }
}

fn read(bytes: &[u8]) -> Sent {
    match FileMessage::parse(bytes).unwrap() {
        FileMessage::Fetch(fetch) => Sent::Fetch(fetch),
        FileMessage::Data(data) => Sent::Data(data.transfer, data.offset, data.bytes.to_vec()),
        FileMessage::Refuse(transfer) => Sent::Refuse(transfer),
        FileMessage::Cancel(transfer) => Sent::Cancel(transfer),
    }
}
