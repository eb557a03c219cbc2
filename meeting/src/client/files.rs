//! Files, as far as they concern links: which of these have a file channel, what comes on it, and who
//! has what.

use std::collections::BTreeMap;

use super::budget::Intake;
use super::chat::{PRIVATE_MESSAGES, RECEIPTS};
use super::link::LinkId;
use super::{Action, Browser, Client, ConnectionKey, Handled};
use crate::chat::Outgoing;
use crate::conversation::{Capabilities, ConversationMessage};
use crate::files::{
    AttachedFile, Attaching, Content, FileId, FileKey, FileMessage, FileMessageError, FileState,
    Output, Receipt,
};
use crate::id::ParticipantId;
use crate::time::Timestamp;

/// What a page says that it can do if it can take files.
const CAPABILITY: &str = "files";

/// The file channels of the links, by whose page is at the far end.
#[derive(Debug, Default)]
pub(super) struct FileChannels(BTreeMap<ParticipantId, FileChannel>);

/// The file channel of one connection.
#[derive(Debug)]
struct FileChannel {
    key: ConnectionKey,
    state: State,
}

#[derive(Debug)]
enum State {
    /// The browser makes it. The far end may have said already what it has.
    Opening {
        has: Vec<FileId>,
    },
    Open,
    /// Closed, for as long as the connection lives.
    Closed,
}

/// What a page in this browser can do.
pub(super) fn capabilities(browser: &impl Browser) -> Capabilities {
    let files = browser.takes_files().then_some(CAPABILITY);
    let names = [PRIVATE_MESSAGES, RECEIPTS].into_iter().chain(files);
    Capabilities::from(Vec::from_iter(names.map(ToOwned::to_owned)))
}

impl Client {
    /// How it is with a file that somebody attached.
    pub fn file(&self, now: Timestamp, content: &Content) -> FileState {
        self.files.state(now, content)
    }

    /// What a file is called here, if this page has or gets it.
    pub fn file_key(&self, content: &Content) -> Option<FileKey> {
        self.files.key(content)
    }

    /// The files that the person attached and that are in no chat message yet.
    pub fn attaching(&self, now: Timestamp) -> impl Iterator<Item = Attaching> {
        self.files.attaching(now)
    }

    /// Both ends can send on the file channel once each has heard that the other one's is open. That
    /// is said by saying which files one has.
    pub(super) fn on_file_channel_opened(&mut self, now: Timestamp, link: LinkId) {
        let Some((far_end, key)) = self.far_end_of(link) else {
            return;
        };
        let Some(channel) = self.file_channels.get_mut(&far_end, key) else {
            return;
        };
        let State::Opening { has } = std::mem::replace(&mut channel.state, State::Open) else {
            return;
        };
        self.files.connect(now, &far_end);
        self.files.on_announced(&far_end, &has);
        let have = self.files.announced().to_vec();
        self.send_channel(key, ConversationMessage::Files { have });
    }

    pub(super) fn on_file_channel_closed(&mut self, link: LinkId) {
        if let Some((far_end, key)) = self.far_end_of(link)
            && let Some(channel) = self.file_channels.get_mut(&far_end, key)
        {
            channel.state = State::Closed;
            self.files.disconnect(&far_end);
        }
    }

    /// Somebody says which files they have.
    pub(super) fn on_files(&mut self, from: &ParticipantId, link: LinkId, have: Vec<FileId>) {
        let key = self.far_end_of(link).map(|(_, key)| key);
        let channel = key.and_then(|key| self.file_channels.get_mut(from, key));
        match channel.map(|it| &mut it.state) {
            Some(State::Opening { has }) => *has = have,
            Some(State::Open) => self.files.on_announced(from, &have),
            Some(State::Closed) | None => {}
        }
    }

    /// Takes what came on the file channel of a link. Whoever sends too much that nobody asked for is
    /// not listened to on this connection any more.
    pub(super) fn on_file_message(
        &mut self,
        now: Timestamp,
        link: LinkId,
        bytes: &[u8],
    ) -> Handled {
        let Some((far_end, key)) = self.far_end_of(link) else {
            return Handled::Ignored;
        };
        let channel = self.file_channels.get_mut(&far_end, key);
        if !channel.is_some_and(|it| matches!(it.state, State::Open)) {
            return Handled::Ignored;
        }
        let receipt = match FileMessage::parse(bytes) {
            Ok(message) => self.files.receive(now, &far_end, &message),
            Err(FileMessageError::Unknown) => {
                self.count_unknown(1, 0);
                Receipt::Unasked
            }
            Err(FileMessageError::TooLong | FileMessageError::Malformed) => Receipt::Unasked,
        };
        if receipt.is_welcome() {
            return handled(receipt);
        }
        let intake = self.budget(now, &far_end).take_file_message(now);
        self.name_if_first(&far_end, intake);
        if intake == Intake::Taken {
            return handled(receipt);
        }
        self.actions.push_back(Action::CloseFileChannel(key));
        self.on_file_channel_closed(link);
        Handled::Taken
    }

    /// Opens and forgets file channels, and goes on with the files. Before the server has said who this
    /// is, nobody could be told of any.
    pub(super) fn tend_files(&mut self, now: Timestamp, browser: &impl Browser) {
        if self.local.is_none() {
            return;
        }
        self.forget_file_channels();
        if browser.takes_files() {
            self.open_file_channels();
        }
        let channels = &self.file_channels;
        self.files.pump(now, |peer| {
            let key = channels.open_to(peer);
            key.map_or(0, |key| browser.buffered_amount(key))
        });
        while let Some(output) = self.files.poll_output() {
            match output {
                Output::Storage(action) => self.actions.push_back(Action::File(action)),
                Output::Send(to, bytes) => {
                    let key = self.file_channels.open_to(&to);
                    self.actions
                        .extend(key.map(|key| Action::SendFile(key, bytes)));
                }
                Output::Announce(have) => {
                    for key in self.file_channels.open() {
                        let have = have.clone();
                        self.send_channel(key, ConversationMessage::Files { have });
                    }
                }
                Output::Attached(file) => self.send_file(browser.time_of_day(), file),
            }
        }
    }

    /// Says in the chat that there is a file.
    fn send_file(&mut self, at: u64, file: AttachedFile) {
        let Some(local) = &self.local else {
            return;
        };
        let believed = self.believed();
        match self.chat.send(local, at, Outgoing::File(file), &believed) {
            Ok(message) => self.send_chat_message(message),
            Err(error) => self.actions.push_back(Action::Report(error.to_string())),
        }
    }

    /// What is said on a link is heard as long as its data channel is open. The file channel goes with
    /// the connection.
    fn forget_file_channels(&mut self) {
        let (links, files) = (&self.links, &mut self.files);
        self.file_channels.0.retain(|far_end, channel| {
            let mut links = links.values();
            let is_there = links.any(|it| it.key() == channel.key && it.channel_is_open());
            if !is_there {
                files.disconnect(far_end);
            }
            is_there
        });
    }

    fn open_file_channels(&mut self) {
        for link in self.links.values().filter(|it| it.channel_is_open()) {
            let (far_end, key) = (link.far_end(), link.key());
            let remote = self.remotes.get(far_end);
            let takes_files = remote.is_some_and(|it| it.capabilities().has(CAPABILITY));
            if takes_files && !self.file_channels.0.contains_key(far_end) {
                let state = State::Opening { has: Vec::new() };
                let channel = FileChannel { key, state };
                self.file_channels.0.insert(far_end.clone(), channel);
                self.actions.push_back(Action::OpenFileChannel(key));
            }
        }
    }

    fn far_end_of(&self, link: LinkId) -> Option<(ParticipantId, ConnectionKey)> {
        let link = self.links.get(&link)?;
        Some((link.far_end().clone(), link.key()))
    }
}

impl FileChannels {
    fn get_mut(&mut self, far_end: &ParticipantId, key: ConnectionKey) -> Option<&mut FileChannel> {
        self.0.get_mut(far_end).filter(|it| it.key == key)
    }

    /// The connection whose file channel leads to somebody's page and is open.
    fn open_to(&self, far_end: &ParticipantId) -> Option<ConnectionKey> {
        let channel = self.0.get(far_end)?;
        matches!(channel.state, State::Open).then_some(channel.key)
    }

    fn open(&self) -> Vec<ConnectionKey> {
        self.0.keys().filter_map(|id| self.open_to(id)).collect()
    }
}

const fn handled(receipt: Receipt) -> Handled {
    if receipt.is_followed() {
        Handled::Taken
    } else {
        Handled::Ignored
    }
}
