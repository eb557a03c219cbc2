//! How files get from one page to another in a [`World`].

use meeting::client::{ConnectionEvent, ConnectionKey, Input};
use meeting::files::{self, Content, FileAction, FileKey, FileName, FileSize};

use super::backend::Backend;
use super::disk;
use super::random::between;
use super::transport::Channel;
use super::world::{Event, World};

/// A page's end of a connection.
type End = (usize, ConnectionKey);

impl<B: Backend> World<B> {
    /// Somebody attaches a file to a chat message. Gives what others will know it by.
    pub fn attach(&mut self, page: usize, name: &str, bytes: Vec<u8>) -> Content {
        let content = disk::content(&bytes);
        let size = FileSize::try_from(bytes.len() as u64).unwrap();
        let key = self.pages[page].disk.choose(bytes);
        let attach = files::Input::Attach {
            key,
            name: FileName::from(name.to_owned()),
            media_type: None,
            size,
        };
        self.feed(page, Input::File(attach));
        content
    }

    /// Somebody accepts a file that is in the chat. Gives what it is called there.
    pub fn accept_file(&mut self, page: usize, content: Content) -> FileKey {
        let key = self.pages[page].disk.make_room(content);
        let accept = files::Input::Accept(key, content);
        self.feed(page, Input::File(accept));
        key
    }

    /// Somebody gives a file up.
    pub fn cancel_file(&mut self, page: usize, key: FileKey) {
        self.feed(page, Input::File(files::Input::Cancel(key)));
    }

    /// The browser of a page does something with a file, after a while.
    pub(super) fn use_disk(&mut self, page: usize, action: FileAction) {
        if matches!(action, FileAction::Remove(_)) {
            let answer = self.pages[page].disk.perform(action);
            assert_eq!(answer, None);
            return;
        }
        let wait = between(&mut self.random, 0, 20);
        self.schedule(wait, Event::Disk(page, action));
    }

    pub(super) fn on_disk(&mut self, page: usize, action: FileAction) {
        let it = &mut self.pages[page];
        if it.alive
            && let Some(answer) = it.disk.perform(action)
        {
            self.feed(page, Input::File(answer));
        }
    }

    pub(super) fn open_file_channel(&mut self, page: usize, key: ConnectionKey) {
        let wait = between(&mut self.random, 0, 30);
        self.schedule(wait, Event::FileChannel(page, key));
    }

    pub(super) fn on_file_channel(&mut self, page: usize, key: ConnectionKey) {
        if !self.has_open_channel(page, key) {
            return;
        }
        let channel = &mut self.connection(page, key).transport.files;
        if channel.state == Channel::New {
            channel.state = Channel::Open;
            self.feed(
                page,
                Input::Connection(key, ConnectionEvent::FileChannelOpened),
            );
        }
    }

    /// Carries some of what waits in a file channel. Nothing may be sent to an end that is not open:
    /// it would be lost.
    pub(super) fn carry_files(&mut self, near: End, far: End) {
        let channel = &self.connection(near.0, near.1).transport.files;
        if channel.buffered() == 0 {
            return;
        }
        let pace = usize::try_from(between(&mut self.random, 1, 400_000)).unwrap();
        let channel = &mut self.connection(near.0, near.1).transport.files;
        let (messages, is_low) = channel.drain(pace);
        for message in messages {
            let Some(far_end) = self.pages[far.0].connections.all.get(&far.1) else {
                return;
            };
            match far_end.transport.files.state {
                Channel::New => panic!("sent to a file channel that is not open"),
                Channel::Open => {
                    let event = ConnectionEvent::FileMessage(message);
                    self.feed(far.0, Input::Connection(far.1, event));
                }
                Channel::Closed => {}
            }
        }
        if is_low && self.pages[near.0].connections.all.contains_key(&near.1) {
            self.feed(
                near.0,
                Input::Connection(near.1, ConnectionEvent::FileBufferLow),
            );
        }
    }
}
