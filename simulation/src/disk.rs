//! What a browser does with the bytes of files: it reads, hashes and writes them, and keeps what was
//! written through a reload.

use std::collections::BTreeMap;

use meeting::backoff::Jitter;
use meeting::files::{
    Content, Digest, FileAction, FileId, FileKey, FileSize, HashList, Input, StorageError,
};

use super::random::{between, percent};

/// The files of a page.
#[derive(Debug, Default)]
pub struct Disk {
    files: BTreeMap<FileKey, Stored>,
    keys: u64,
    /// Bytes that were written so far.
    pub written: u64,
    /// Whether there is no room for more.
    pub is_full: bool,
}

#[derive(Debug)]
struct Stored {
    bytes: Vec<u8>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// A file of the person's own, which is not there after a reload.
    Own { is_readable: bool },
    Got {
        content: Content,
        /// Where the next piece belongs; anywhere, before the first.
        next: Option<u64>,
    },
}

/// What stands for SHA-256 here: it is enough that two of them differ.
pub fn digest(bytes: &[u8]) -> Digest {
    let (words, rest) = bytes.as_chunks();
    let words = words.iter().map(|word| u64::from_le_bytes(*word));
    let rest = rest.iter().map(|byte| u64::from(*byte) + 256);
    let mut state = 0x9e37_79b9_7f4a_7c15;
    for word in words.chain(rest) {
        state = (state ^ word)
            .wrapping_mul(0xff51_afd7_ed55_8ccd)
            .rotate_left(29);
    }
    let mut random = Jitter::new(state);
    let mut digest = [0; Digest::BYTES];
    for part in digest.chunks_exact_mut(8) {
        part.copy_from_slice(&random.next_u64().to_be_bytes());
    }
    Digest::from_bytes(digest)
}

/// What names these bytes.
pub fn content(bytes: &[u8]) -> Content {
    let size = FileSize::try_from(bytes.len() as u64).unwrap();
    let mut list = HashList::default();
    for number in 0..size.pieces() {
        list.push(&digest(piece(bytes, size, number)));
    }
    let id = FileId(digest(&list.to_preimage(size)));
    Content { id, size }
}

/// A file of this size, no part of which can be taken for another: each KiB begins with other bytes.
pub fn some_file(size: u64, random: &mut Jitter) -> Vec<u8> {
    let mut bytes = vec![7; usize::try_from(size).unwrap()];
    for part in bytes.chunks_mut(1024) {
        for (byte, random) in part.iter_mut().zip(random.next_u64().to_be_bytes()) {
            *byte = random;
        }
    }
    bytes
}

fn piece(bytes: &[u8], size: FileSize, number: u32) -> &[u8] {
    let range = size.piece(number).unwrap();
    let end = usize::try_from(range.end).unwrap();
    bytes
        .get(usize::try_from(range.start).unwrap()..end)
        .unwrap_or_default()
}

impl Disk {
    /// The person chooses a file of their own.
    pub fn choose(&mut self, bytes: Vec<u8>) -> FileKey {
        let kind = Kind::Own { is_readable: true };
        self.put(Stored { bytes, kind })
    }

    /// The person says where a file is to be written.
    pub fn make_room(&mut self, content: Content) -> FileKey {
        let bytes = Vec::new();
        let kind = Kind::Got {
            content,
            next: None,
        };
        self.put(Stored { bytes, kind })
    }

    fn put(&mut self, stored: Stored) -> FileKey {
        self.keys += 1;
        self.files.insert(FileKey(self.keys), stored);
        FileKey(self.keys)
    }

    /// The person changes their own files, so that the browser does not read them any more.
    pub fn change_own_files(&mut self) {
        for file in self.files.values_mut() {
            if let Kind::Own { is_readable } = &mut file.kind {
                *is_readable = false;
            }
        }
    }

    /// What is there of a file.
    pub fn bytes(&self, key: FileKey) -> &[u8] {
        self.files.get(&key).map_or(&[], |file| &file.bytes)
    }

    /// Whether it is a file of the person's own.
    pub fn is_own(&self, key: FileKey) -> bool {
        let file = self.files.get(&key);
        file.is_some_and(|file| matches!(file.kind, Kind::Own { .. }))
    }

    /// Does something with the bytes of a file, and gives the answer.
    pub fn perform(&mut self, action: FileAction) -> Option<Input> {
        match action {
            FileAction::Hash(key, bytes) => {
                let digest = digest(&bytes);
                Some(Input::Hashed(key, bytes, digest))
            }
            FileAction::Read { key, piece, range } => {
                let bytes = self.read(self.files.get(&key)?, range.start, range.end);
                Some(Input::Read { key, piece, bytes })
            }
            FileAction::Write(key, offset, bytes) => {
                let is_full = self.is_full;
                let file = self.files.get_mut(&key)?;
                let written = if is_full {
                    Err(StorageError::Full)
                } else {
                    file.write(offset, &bytes);
                    self.written += bytes.len() as u64;
                    Ok(())
                };
                Some(Input::Written(key, written))
            }
            FileAction::Close(key) => Some(Input::Closed(key, Ok(()))),
            FileAction::Remove(key) => {
                let removed = self.files.remove(&key);
                assert!(removed.is_some(), "{key:?} is removed twice");
                None
            }
        }
    }

    fn read(&self, file: &Stored, start: u64, end: u64) -> Result<Vec<u8>, StorageError> {
        if matches!(file.kind, Kind::Own { is_readable: false }) {
            return Err(StorageError::Unreadable);
        }
        let (start, end) = (
            usize::try_from(start).unwrap(),
            usize::try_from(end).unwrap(),
        );
        let bytes = file.bytes.get(start..end.min(file.bytes.len()));
        Ok(bytes.unwrap_or_default().to_vec())
    }

    /// What the next load of the page finds. What was being written may be there in part, and the
    /// browser may take it for all.
    pub fn reload(&mut self, random: &mut Jitter) -> (Self, Vec<Input>) {
        let mut disk = Self {
            written: self.written,
            is_full: self.is_full,
            ..Self::default()
        };
        let mut inputs = Vec::new();
        for (_, mut file) in std::mem::take(&mut self.files) {
            let Kind::Got { content, .. } = file.kind else {
                continue;
            };
            let size = content.size.bytes();
            if (file.bytes.len() as u64) < size && percent(random, 40) {
                let torn = between(random, 1, size - file.bytes.len() as u64);
                file.bytes.extend((0..torn).map(|_| 0));
            }
            let whole = |number: &u32| {
                let piece = content.size.piece(*number);
                piece.is_some_and(|it| it.end <= file.bytes.len() as u64)
            };
            let pieces = (0..content.size.pieces()).take_while(whole).count();
            let pieces = u32::try_from(pieces).unwrap();
            let kind = Kind::Got {
                content,
                next: None,
            };
            let key = disk.put(Stored { kind, ..file });
            inputs.push(Input::Restore {
                key,
                content,
                pieces,
            });
        }
        (disk, inputs)
    }
}

impl Stored {
    /// Pieces come in order, and none that is there already.
    fn write(&mut self, offset: u64, bytes: &[u8]) {
        let Kind::Got { content, next } = &mut self.kind else {
            panic!("something is written into a file of the person's own");
        };
        assert!(
            next.is_none_or(|next| next == offset),
            "a piece is written out of turn"
        );
        let number = (0..content.size.pieces()).find(|number| {
            let piece = content.size.piece(*number).unwrap();
            piece == (offset..offset + bytes.len() as u64)
        });
        assert!(
            number.is_some(),
            "{} bytes at {offset} are no piece",
            bytes.len()
        );
        let start = usize::try_from(offset).unwrap();
        assert!(start <= self.bytes.len(), "a gap is left before {offset}");
        assert_ne!(
            self.bytes.get(start..start + bytes.len()),
            Some(bytes),
            "a piece is written twice"
        );
        self.bytes.truncate(start);
        self.bytes.extend(bytes);
        *next = Some(offset + bytes.len() as u64);
    }
}
