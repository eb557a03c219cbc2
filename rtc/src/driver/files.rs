//! What the person does with files, and what comes of them.

use meeting::client::{self, Client};
use meeting::files::{AttachedFile, FileSizeError, Input};
use web_sys::File;

use super::Driver;
use crate::clock;
use crate::view::{FileView, Notice};

impl Driver {
    /// Attaches files to the chat, each to a message of its own. They are hashed first.
    pub(super) fn attach_files(&mut self, files: Vec<File>) {
        if self.client.is_none() {
            return;
        }
        for file in files {
            let name = file.name().into();
            match self.files.attach(file) {
                Ok(input) => self.feed(client::Input::File(input)),
                Err(FileSizeError::Empty) => self.tell(Notice::FileEmpty(name)),
                Err(FileSizeError::TooLarge) => self.tell(Notice::FileTooLarge(name)),
            }
        }
    }

    /// Gets a file that somebody attached.
    pub(super) fn accept_file(&mut self, file: AttachedFile) {
        if self.client.is_some() {
            let input = self.files.accept(file);
            self.feed(client::Input::File(input));
        }
    }

    /// The browser has done something with the bytes of a file. One that is whole goes where the person
    /// keeps what they download.
    pub(super) fn on_file(&mut self, input: Input) {
        if let Input::Closed(key, Ok(())) = &input
            && let Some(name) = self.files.save_once(*key)
        {
            self.tell(Notice::FileReceived(name));
        }
        self.feed(client::Input::File(input));
    }

    /// How it is with the files that stand in the chat.
    pub(super) fn files_in_chat(&self, client: &Client) -> Vec<FileView> {
        let now = clock::now();
        let entries = self.chat_view.entries();
        let files = entries.iter().filter_map(|it| it.message.file.as_ref());
        files
            .map(|file| {
                let content = file.content();
                let key = client.file_key(&content);
                FileView {
                    content,
                    key,
                    state: client.file(now, &content),
                    url: key.and_then(|key| self.files.url(key)),
                }
            })
            .collect()
    }
}
