//! One asking for a part of a file, and what has come of it.

use std::ops::Range;
use std::time::Duration;

use crate::files::content::Content;
use crate::files::hash_list::list_bytes;
use crate::files::message::{Data, Fetch, Part, TransferId};
use crate::id::ParticipantId;
use crate::limits;
use crate::time::Timestamp;

/// After how long without anything from a holder they count as silent.
const SILENCE: Duration = Duration::from_secs(20);

/// What is being fetched from one holder.
#[derive(Debug)]
pub(super) struct Transfer {
    id: TransferId,
    from: ParticipantId,
    part: Part,
    content: Content,
    /// Where what comes next begins, in the file or in the list of its digests.
    offset: u64,
    /// Up to which piece it was asked for.
    until: u32,
    /// What has come of the present piece, or of the list.
    gathered: Vec<u8>,
    /// Since when the present piece is awaited.
    since: Timestamp,
    patience: Duration,
}

/// What came of some bytes.
#[derive(Debug)]
pub(super) enum Arrival {
    /// They were not asked for.
    Unasked,
    /// They are kept with the others.
    Kept,
    /// They are kept, but are fewer than one message could have brought.
    Crumb,
    /// With them the piece is whole, or the list.
    Whole(Part, Vec<u8>),
}

impl Transfer {
    /// Begins to fetch some pieces, or all the digests, from somebody who may take so long for each.
    pub(super) fn begin(
        now: Timestamp,
        id: TransferId,
        (from, patience): (ParticipantId, Duration),
        content: Content,
        (part, pieces): (Part, Range<u32>),
    ) -> (Self, Fetch) {
        let offset = match part {
            Part::Hashes => 0,
            Part::Pieces => content.size.start_of(pieces.start),
        };
        let transfer = Self {
            id,
            from,
            part,
            content,
            offset,
            until: pieces.end,
            gathered: Vec::new(),
            since: now,
            patience,
        };
        let fetch = transfer.fetch(pieces.start);
        (transfer, fetch)
    }

    fn fetch(&self, from: u32) -> Fetch {
        Fetch {
            transfer: self.id,
            part: self.part,
            id: self.content.id,
            from,
            until: self.until,
        }
    }

    pub(super) const fn id(&self) -> TransferId {
        self.id
    }

    pub(super) const fn from(&self) -> &ParticipantId {
        &self.from
    }

    /// How far the pieces have come, in bytes, if it is them that come.
    pub(super) fn offset_in_file(&self) -> Option<u64> {
        (self.part == Part::Pieces).then_some(self.offset)
    }

    /// Asks for what lies before piece `end`, too, once that is worth a message.
    pub(super) fn extend(&mut self, now: Timestamp, end: u32) -> Option<Fetch> {
        let is_last = end == self.content.size.pieces();
        let more = end.saturating_sub(self.until);
        let is_much = is_last || more >= self.content.size.window() / 2;
        if self.part == Part::Hashes || more == 0 || !is_much {
            return None;
        }
        if !self.is_awaited() {
            self.since = now;
        }
        self.until = end;
        Some(self.fetch(self.content.size.piece_at(self.offset)))
    }

    /// Whether something is to come that was asked for.
    fn is_awaited(&self) -> bool {
        self.offset < self.asked_for()
    }

    /// Where what was asked for ends.
    fn asked_for(&self) -> u64 {
        match self.part {
            Part::Hashes => list_bytes(self.content.size),
            Part::Pieces => self.content.size.start_of(self.until),
        }
    }

    /// Whether everything has come that there is.
    pub(super) fn is_done(&self) -> bool {
        self.until == self.content.size.pieces() && !self.is_awaited()
    }

    /// Takes what comes, if it is what comes next.
    pub(super) fn receive(&mut self, now: Timestamp, data: &Data<'_>) -> Arrival {
        let size = self.content.size;
        let end = match self.part {
            Part::Hashes => self.asked_for(),
            Part::Pieces => size
                .piece(size.piece_at(self.offset))
                .map_or(0, |it| it.end),
        };
        let length = u64::try_from(data.bytes.len()).unwrap_or(u64::MAX);
        let rest = end.min(self.asked_for()).saturating_sub(self.offset);
        if data.offset != self.offset || length == 0 || length > rest {
            return Arrival::Unasked;
        }
        self.gathered.extend(data.bytes);
        self.offset = self.offset.saturating_add(length);
        if length == rest {
            self.since = now;
            Arrival::Whole(self.part, std::mem::take(&mut self.gathered))
        } else if data.bytes.len() < limits::FILE_DATA_BYTES {
            Arrival::Crumb
        } else {
            Arrival::Kept
        }
    }

    /// When whoever should send counts as silent or too slow, unless something comes. They were heard
    /// of last at `heard`.
    pub(super) fn overdue_at(&self, heard: Timestamp) -> Option<Timestamp> {
        let silent = self.since.max(heard) + SILENCE;
        let slow = self.since + self.patience;
        self.is_awaited().then_some(silent.min(slow))
    }
}
