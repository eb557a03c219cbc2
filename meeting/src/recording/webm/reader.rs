//! Takes bytes apart into elements, in whatever pieces they come.

use super::ebml::{Child, Id, header};
use super::file::File;
use super::ids;

/// Reads elements, and keeps nothing but what matters of the one that is being read.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// How many bytes were read.
    position: u64,
    /// Those of the header that is being read, and of the data behind it that are kept.
    buffer: Vec<u8>,
    reading: Reading,
}

/// What the next bytes are.
#[derive(Clone, Copy, Debug, Default)]
enum Reading {
    /// Part of a header.
    #[default]
    Header,
    /// Data behind a header of this length: so many bytes to keep, then so many to pass over.
    Data {
        id: Id,
        header: usize,
        keep: usize,
        pass: u64,
    },
    /// Nothing that makes sense, up to the next cluster.
    Lost,
    /// Nothing that belongs to the recording.
    Stopped,
}

/// What is to become of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// Its data are elements that matter.
    Enter,
    /// So many bytes of its data are kept, and so many behind them passed over.
    Read { keep: usize, pass: u64 },
    /// It cannot be here.
    Malformed,
    /// It does not belong to the recording, and nothing behind it does.
    Stop,
}

impl Plan {
    /// Keeps at most so many bytes of an element of this size.
    pub(super) fn keep(most: usize, size: u64) -> Self {
        let keep = usize::try_from(size).map_or(most, |size| size.min(most));
        let pass = size.saturating_sub(wide(keep));
        Self::Read { keep, pass }
    }
}

impl Reader {
    /// How many bytes were read.
    pub(super) const fn position(&self) -> u64 {
        self.position
    }

    /// Reads what comes next, and tells `file` of the elements in it.
    pub(super) fn push(&mut self, mut bytes: &[u8], file: &mut File) {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at_checked(self.wants()).unwrap_or((bytes, &[]));
            self.take(now);
            match self.reading {
                Reading::Header => self.read_header(file),
                Reading::Data { .. } => self.finish_data(file),
                Reading::Lost => self.look_for_cluster(),
                Reading::Stopped => {}
            }
            bytes = later;
        }
    }

    /// How many bytes are taken at once, if they are there.
    fn wants(&self) -> usize {
        match self.reading {
            // They are few.
            Reading::Header | Reading::Lost => 1,
            Reading::Data { keep: 0, pass, .. } => usize::try_from(pass).unwrap_or(usize::MAX),
            Reading::Data { keep, .. } => keep,
            Reading::Stopped => usize::MAX,
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.position = self.position.saturating_add(wide(bytes.len()));
        match &mut self.reading {
            Reading::Data { keep: 0, pass, .. } => *pass = pass.saturating_sub(wide(bytes.len())),
            Reading::Data { keep, .. } => {
                *keep = keep.saturating_sub(bytes.len());
                self.buffer.extend(bytes);
            }
            Reading::Header | Reading::Lost => self.buffer.extend(bytes),
            Reading::Stopped => {}
        }
    }

    /// Goes on to the data as soon as all of the header is there.
    fn read_header(&mut self, file: &mut File) {
        let length = self.buffer.len();
        let at = self.position.saturating_sub(wide(length));
        let header = match header(&self.buffer) {
            Ok(None) => return,
            Ok(Some((header, _))) => header,
            Err(_) => return self.lose(at, file),
        };
        match file.begin(header, at, self.position) {
            Plan::Enter => {
                self.buffer.clear();
                file.reach(self.position);
            }
            Plan::Read { keep, pass } => {
                let (id, header) = (header.id, length);
                self.reading = Reading::Data {
                    id,
                    header,
                    keep,
                    pass,
                };
                self.finish_data(file);
            }
            Plan::Malformed => self.lose(at, file),
            Plan::Stop => self.reading = Reading::Stopped,
        }
    }

    /// Goes on to the next element as soon as all data of this one were read.
    fn finish_data(&mut self, file: &mut File) {
        if let Reading::Data {
            id,
            header,
            keep: 0,
            pass: 0,
        } = self.reading
        {
            let data = self.buffer.get(header..).unwrap_or_default();
            file.take(Child {
                id,
                data,
                whole: &self.buffer,
            });
            self.buffer.clear();
            self.reading = Reading::Header;
            file.reach(self.position);
        }
    }

    /// What begins at `at` makes no sense.
    fn lose(&mut self, at: u64, file: &mut File) {
        if file.lose(at) {
            self.reading = Reading::Lost;
            self.look_for_cluster();
        } else {
            self.reading = Reading::Stopped;
        }
    }

    /// Goes on with the next cluster as soon as its id was read.
    fn look_for_cluster(&mut self) {
        let id = ids::CLUSTER.to_be_bytes();
        let before = self.buffer.len().saturating_sub(id.len());
        self.buffer.drain(..before);
        if self.buffer == id {
            self.reading = Reading::Header;
        }
    }
}

fn wide(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
