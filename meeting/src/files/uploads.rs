//! What one other page gets from this one: its transfers take turns, piece by piece, and no piece is
//! read before the one before it is on its way.

use std::collections::VecDeque;

use super::content::{Digest, FileSize};
use super::hash_list::HashList;
use super::io::{FileAction, FileKey, Output, Outputs};
use super::local::Local;
use super::message::{Data, Fetch, FileMessage, Part, TransferId};
use crate::id::ParticipantId;
use crate::limits;

/// Digests that are sent in one turn: as many bytes as the shortest piece.
const HASHES_IN_TURN: u32 = 2048;

/// What one other page gets from this one.
#[derive(Debug, Default)]
pub(super) struct Uploads {
    /// The first has its turn.
    queue: VecDeque<Upload>,
    /// What is sent of it.
    sending: Option<Sending>,
    /// What the browser was asked to read for them and has not answered yet.
    reading: Option<(FileKey, u32)>,
}

/// One of their transfers.
#[derive(Debug)]
struct Upload {
    id: TransferId,
    key: FileKey,
    size: FileSize,
    part: Part,
    /// The first piece that was not read.
    next: u32,
    /// Up to which piece they want it.
    until: u32,
}

/// What is sent in one turn.
#[derive(Debug)]
enum Sending {
    /// The piece is being read.
    Awaited(u32),
    Bytes(Turn),
}

#[derive(Debug)]
struct Turn {
    offset: u64,
    bytes: Vec<u8>,
    sent: usize,
}

impl Uploads {
    /// Whether something is wanted that was not sent.
    pub(super) fn is_busy(&self) -> bool {
        self.sending.is_some() || self.queue.iter().any(Upload::is_wanted)
    }

    /// Whether it is this file of which something is wanted.
    pub(super) fn are_of(&self, key: FileKey) -> bool {
        self.queue.iter().any(|it| it.key == key)
    }

    /// They want something. False when it cannot be had, be it that there is no such file here, or no
    /// such piece of it, or that they want too much at once.
    pub(super) fn fetch(&mut self, fetch: &Fetch, file: Option<(FileKey, FileSize)>) -> bool {
        let mut queue = self.queue.iter_mut();
        if let Some(known) = queue.find(|it| it.id == fetch.transfer) {
            known.until = known.until.max(fetch.until.min(known.size.pieces()));
            return true;
        }
        let Some((key, size)) = file else {
            return false;
        };
        let is_there = fetch.from < fetch.until && fetch.until <= size.pieces();
        if !is_there || self.queue.len() >= limits::UPLOADS_EACH {
            return false;
        }
        self.queue.push_back(Upload {
            id: fetch.transfer,
            key,
            size,
            part: fetch.part,
            next: fetch.from,
            until: fetch.until,
        });
        true
    }

    /// They want no more of a transfer.
    pub(super) fn cancel(&mut self, id: TransferId) {
        if self.queue.front().is_some_and(|it| it.id == id) {
            self.sending = None;
        }
        self.queue.retain(|it| it.id != id);
    }

    /// The file is not here any more. Gives the transfers that come to nothing.
    pub(super) fn drop_file(&mut self, key: FileKey) -> Vec<TransferId> {
        let theirs = self.queue.iter().filter(|it| it.key == key);
        let ids: Vec<_> = theirs.map(|it| it.id).collect();
        for id in &ids {
            self.cancel(*id);
        }
        self.reading.take_if(|(of, _)| *of == key);
        ids
    }

    /// A piece was read. Gives it back if it was not for them.
    pub(super) fn on_read(&mut self, key: FileKey, piece: u32, bytes: Vec<u8>) -> Option<Vec<u8>> {
        if self.reading.take_if(|it| *it == (key, piece)).is_none() {
            return Some(bytes);
        }
        // They may want something else by now.
        if let Some(upload) = self.queue.front_mut()
            && matches!(self.sending, Some(Sending::Awaited(awaited)) if awaited == piece)
            && upload.key == key
        {
            upload.next = piece.saturating_add(1);
            let offset = upload.size.start_of(piece);
            self.sending = Some(Sending::Bytes(Turn::new(offset, bytes)));
        }
        None
    }

    /// Sends until there is no more room; the last message may be longer than what is left of it.
    pub(super) fn pump(
        &mut self,
        to: &ParticipantId,
        mut room: usize,
        local: &Local,
        out: &mut Outputs,
    ) {
        while self.has_turn(local, out) {
            let (Some(Sending::Bytes(turn)), Some(upload)) =
                (&mut self.sending, self.queue.front())
            else {
                return;
            };
            while room > 0
                && let Some(message) = turn.next(upload.id)
            {
                room = room.saturating_sub(message.len());
                out.push_back(Output::Send(to.clone(), message));
            }
            if !turn.is_over() {
                return;
            }
            self.end_turn();
        }
    }

    /// Whether there is something to send now. If nothing is begun, the next turn begins.
    fn has_turn(&mut self, local: &Local, out: &mut Outputs) -> bool {
        if self.sending.is_none() {
            self.begin_turn(local, out);
        }
        matches!(self.sending, Some(Sending::Bytes(_)))
    }

    fn begin_turn(&mut self, local: &Local, out: &mut Outputs) {
        let may_read = self.reading.is_none();
        let can_begin = |it: &Upload| it.is_wanted() && (it.part == Part::Hashes || may_read);
        let Some(first) = self.queue.iter().position(can_begin) else {
            return;
        };
        self.queue.rotate_left(first);
        let Some(upload) = self.queue.front_mut() else {
            return;
        };
        self.sending = match upload.part {
            Part::Hashes => local
                .hashes(upload.key)
                .map(|list| upload.next_hashes(list)),
            Part::Pieces => upload.size.piece(upload.next).map(|range| {
                let (key, piece) = (upload.key, upload.next);
                self.reading = Some((key, piece));
                let read = FileAction::Read { key, piece, range };
                out.push_back(Output::Storage(read));
                Sending::Awaited(piece)
            }),
        };
    }

    /// The next one has its turn, and this one again after the others, if there is more of it.
    fn end_turn(&mut self) {
        self.sending = None;
        if let Some(upload) = self.queue.pop_front()
            && upload.next < upload.size.pieces()
        {
            self.queue.push_back(upload);
        }
    }
}

impl Upload {
    /// Whether something of it is wanted that was not read.
    const fn is_wanted(&self) -> bool {
        self.next < self.until
    }

    fn next_hashes(&mut self, list: &HashList) -> Sending {
        let end = self.next.saturating_add(HASHES_IN_TURN).min(self.until);
        let offset = u64::from(self.next) * Digest::BYTES as u64;
        let bytes = list.bytes(self.next..end).to_vec();
        self.next = end;
        Sending::Bytes(Turn::new(offset, bytes))
    }
}

impl Turn {
    const fn new(offset: u64, bytes: Vec<u8>) -> Self {
        Self {
            offset,
            bytes,
            sent: 0,
        }
    }

    const fn is_over(&self) -> bool {
        self.sent >= self.bytes.len()
    }

    /// The next message, if there is one.
    fn next(&mut self, transfer: TransferId) -> Option<Vec<u8>> {
        let rest = self.bytes.get(self.sent..).unwrap_or_default();
        let bytes = rest.chunks(limits::FILE_DATA_BYTES).next()?;
        let sent = u64::try_from(self.sent).unwrap_or(u64::MAX);
        let data = Data {
            transfer,
            offset: self.offset.saturating_add(sent),
            bytes,
        };
        self.sent += bytes.len();
        Some(FileMessage::Data(data).to_bytes())
    }
}
