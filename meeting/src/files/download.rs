//! A file on its way into this browser: first the digests of its pieces, then the pieces in order,
//! from one holder at a time. Each piece is hashed before it is written, and what is written is asked
//! for no more, whoever is asked next.

mod transfer;

use std::collections::VecDeque;

use super::content::{Content, Digest};
use super::hash_list::HashList;
use super::holders::Holders;
use super::io::{FileAction, FileKey, Output, Outputs};
use super::message::{Data, FileMessage, Part, TransferId};
use super::peers::Peers;
use super::rate::Rate;
use super::state::Waiting;
use crate::id::ParticipantId;
use crate::time::Timestamp;
use transfer::{Arrival, Transfer};

/// A file on its way into this browser.
#[derive(Debug)]
pub(super) struct Download {
    key: FileKey,
    content: Content,
    /// The digests of the pieces that an earlier load of the page left, as they were found.
    found: HashList,
    hashes: Hashes,
    /// Pieces that are in the browser's storage.
    written: u32,
    /// The next piece, if something is done with it just now.
    in_hand: Option<InHand>,
    /// Pieces that came after that one, and who sent them.
    waiting: VecDeque<(ParticipantId, Vec<u8>)>,
    transfer: Option<Transfer>,
    holders: Holders,
    rate: Rate,
}

/// What is known of the digests that the pieces must have.
#[derive(Debug)]
enum Hashes {
    Missing,
    /// They came from somebody, and it is looked whether they are those of the file.
    Checking(ParticipantId),
    Known(HashList),
}

/// A piece that the browser has.
#[derive(Debug)]
struct InHand {
    from: ParticipantId,
    is_checked: bool,
}

/// What became of something that somebody sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// It was asked for. Nothing is to be done yet.
    Kept,
    /// It was asked for, and something follows from it.
    Useful,
    /// It asks for something, or asks for it no more, and something may follow from it.
    Request,
    /// It was asked for, but is less than one message could have brought.
    Crumb,
    /// It was not asked for.
    Unasked,
}

impl Receipt {
    /// Whether this page asked for it, and got as much at once as one message can bring. What else
    /// somebody sends, they may send only so much of.
    pub const fn is_welcome(self) -> bool {
        matches!(self, Self::Kept | Self::Useful)
    }

    /// Whether there may be something to do.
    pub const fn is_followed(self) -> bool {
        matches!(self, Self::Useful | Self::Request)
    }
}

impl Download {
    pub(super) fn new(now: Timestamp, key: FileKey, content: Content, found: HashList) -> Self {
        Self {
            key,
            content,
            found,
            hashes: Hashes::Missing,
            written: 0,
            in_hand: None,
            waiting: VecDeque::new(),
            transfer: None,
            holders: Holders::default(),
            rate: Rate::new(now),
        }
    }

    pub(super) const fn content(&self) -> Content {
        self.content
    }

    /// The digests of all pieces, once every piece is written.
    pub(super) fn complete(&self) -> Option<HashList> {
        match &self.hashes {
            Hashes::Known(list) if self.written == self.content.size.pieces() => Some(list.clone()),
            _ => None,
        }
    }

    /// Whether something is being fetched.
    pub(super) const fn is_fetching(&self) -> bool {
        self.transfer.is_some()
    }

    /// How much of the file has come, in bytes.
    pub(super) fn received(&self) -> u64 {
        let offset = self.transfer.as_ref().and_then(Transfer::offset_in_file);
        offset.unwrap_or_else(|| self.content.size.start_of(self.next_piece()))
    }

    /// How many bytes come in a second.
    pub(super) fn rate(&self, now: Timestamp) -> u64 {
        self.rate.get(now).unwrap_or_default()
    }

    /// Why nothing comes, if something is wanted and nothing does.
    pub(super) fn waiting(&self, peers: &Peers) -> Option<Waiting> {
        if self.is_fetching() || self.wants().is_none() {
            return None;
        }
        let having = || peers.having(self.content.id);
        Some(if having().next().is_none() {
            Waiting::NobodyHasIt
        } else if having().all(|id| self.holders.is_liar(id)) {
            Waiting::WrongContent
        } else {
            Waiting::Turn
        })
    }

    /// What has to be fetched next, and from which piece on.
    fn wants(&self) -> Option<(Part, u32)> {
        match self.hashes {
            Hashes::Missing => Some((Part::Hashes, 0)),
            Hashes::Checking(_) => None,
            Hashes::Known(_) => {
                let next = self.next_piece();
                (next < self.content.size.pieces()).then_some((Part::Pieces, next))
            }
        }
    }

    /// The first piece that has not come.
    fn next_piece(&self) -> u32 {
        let waiting = u32::try_from(self.waiting.len()).unwrap_or(u32::MAX);
        let in_hand = u32::from(self.in_hand.is_some());
        self.written.saturating_add(in_hand).saturating_add(waiting)
    }

    /// Begins to fetch, if there is something to fetch and somebody to fetch it from. Says whether it
    /// did, and so whether the id is used.
    pub(super) fn begin(
        &mut self,
        now: Timestamp,
        id: TransferId,
        peers: &Peers,
        out: &mut Outputs,
    ) -> bool {
        let (None, Some((part, from))) = (&self.transfer, self.wants()) else {
            return false;
        };
        let having = peers.having(self.content.id);
        let Some(holder) = self.holders.choose(having, id.0).cloned() else {
            return false;
        };
        let until = match part {
            Part::Hashes => self.content.size.pieces(),
            Part::Pieces => self.end(),
        };
        let patience = self.holders.patience(&holder);
        let wanted = (part, from..until);
        let (transfer, fetch) = Transfer::begin(now, id, (holder, patience), self.content, wanted);
        send(transfer.from(), FileMessage::Fetch(fetch), out);
        self.transfer = Some(transfer);
        true
    }

    /// Up to which piece may be asked for now.
    fn end(&self) -> u32 {
        let end = self.written.saturating_add(self.content.size.window());
        end.min(self.content.size.pieces())
    }

    /// Asks for more, or no more of somebody who does not deliver.
    pub(super) fn go_on(&mut self, now: Timestamp, peers: &Peers, out: &mut Outputs) {
        self.holders.tick(now);
        let end = self.end();
        let Some(transfer) = &mut self.transfer else {
            return;
        };
        let from = transfer.from().clone();
        if let Some(fetch) = transfer.extend(now, end) {
            send(&from, FileMessage::Fetch(fetch), out);
        }
        let overdue = transfer.overdue_at(peers.heard(&from));
        let is_late = overdue.is_some_and(|at| at <= now);
        if is_late || !peers.has(&from, self.content.id) {
            self.holders.failed(now, &from);
            self.stop(out);
        }
    }

    /// When to look again, though nothing comes.
    pub(super) fn poll_timeout(&self, peers: &Peers) -> Option<Timestamp> {
        match &self.transfer {
            Some(transfer) => transfer.overdue_at(peers.heard(transfer.from())),
            None => {
                self.wants()?;
                self.holders.next_at(peers.having(self.content.id))
            }
        }
    }

    /// Takes what somebody sent, if it belongs to what is fetched here. Nothing if it does not.
    pub(super) fn receive(
        &mut self,
        now: Timestamp,
        from: &ParticipantId,
        data: &Data<'_>,
        out: &mut Outputs,
    ) -> Option<Receipt> {
        let transfer = self.transfer.as_mut();
        let transfer = transfer.filter(|it| it.id() == data.transfer && it.from() == from)?;
        let arrival = transfer.receive(now, data);
        if !matches!(arrival, Arrival::Unasked) && transfer.offset_in_file().is_some() {
            self.rate.add(now, data.bytes.len());
        }
        if transfer.is_done() {
            self.transfer = None;
        }
        Some(match arrival {
            Arrival::Unasked => Receipt::Unasked,
            Arrival::Kept => Receipt::Kept,
            Arrival::Crumb => Receipt::Crumb,
            Arrival::Whole(Part::Hashes, list) => {
                let preimage = HashList::from_bytes(list).to_preimage(self.content.size);
                out.push_back(Output::Storage(FileAction::Hash(self.key, preimage)));
                self.hashes = Hashes::Checking(from.clone());
                Receipt::Useful
            }
            Arrival::Whole(Part::Pieces, piece) => {
                self.waiting.push_back((from.clone(), piece));
                self.take_next(out);
                Receipt::Useful
            }
        })
    }

    /// Has the next piece hashed, if there is one and nothing is done with another.
    fn take_next(&mut self, out: &mut Outputs) {
        if self.in_hand.is_none()
            && let Some((from, piece)) = self.waiting.pop_front()
        {
            out.push_back(Output::Storage(FileAction::Hash(self.key, piece)));
            self.in_hand = Some(InHand {
                from,
                is_checked: false,
            });
        }
    }

    /// The browser has hashed the list or a piece. What is not in the file makes whoever sent it a
    /// liar, and is dropped.
    pub(super) fn on_hashed(&mut self, bytes: Vec<u8>, digest: &Digest, out: &mut Outputs) {
        match &self.hashes {
            Hashes::Missing => {}
            Hashes::Checking(from) => {
                if self.content.id.0 == *digest {
                    let list = HashList::from_preimage(bytes);
                    self.written = self.found.common(&list);
                    self.holders.delivered(from);
                    self.hashes = Hashes::Known(list);
                } else {
                    self.holders.lied(from);
                    self.hashes = Hashes::Missing;
                }
            }
            Hashes::Known(list) => {
                let Some(piece) = self.in_hand.as_mut().filter(|it| !it.is_checked) else {
                    return;
                };
                if list.is(self.written, digest) {
                    piece.is_checked = true;
                    let offset = self.content.size.start_of(self.written);
                    let write = FileAction::Write(self.key, offset, bytes);
                    out.push_back(Output::Storage(write));
                } else {
                    self.holders.lied(&piece.from);
                    self.in_hand = None;
                    // What comes from now on would leave a gap.
                    self.waiting.clear();
                    self.stop(out);
                }
            }
        }
    }

    /// The browser has written a piece.
    pub(super) fn on_written(&mut self, out: &mut Outputs) {
        if let Some(piece) = self.in_hand.take_if(|it| it.is_checked) {
            self.written = self.written.saturating_add(1);
            self.holders.delivered(&piece.from);
            self.take_next(out);
        }
    }

    /// Somebody does not have what was fetched from them, or serves too much already.
    pub(super) fn on_refused(
        &mut self,
        now: Timestamp,
        from: &ParticipantId,
        id: TransferId,
    ) -> bool {
        let is_it = |it: &mut Transfer| it.id() == id && it.from() == from;
        let refused = self.transfer.take_if(is_it).is_some();
        if refused {
            self.holders.failed(now, from);
        }
        refused
    }

    /// There is a channel to somebody again.
    pub(super) fn on_return(&mut self, id: &ParticipantId) {
        self.holders.returned(id);
    }

    /// The channel to somebody is gone, and with it what was on its way.
    pub(super) fn on_departure(&mut self, id: &ParticipantId) {
        self.transfer.take_if(|it| it.from() == id);
    }

    /// Wants nothing more from whoever sends now.
    pub(super) fn stop(&mut self, out: &mut Outputs) {
        if let Some(transfer) = self.transfer.take() {
            send(transfer.from(), FileMessage::Cancel(transfer.id()), out);
        }
    }
}

fn send(to: &ParticipantId, message: FileMessage<'_>, out: &mut Outputs) {
    out.push_back(Output::Send(to.clone(), message.to_bytes()));
}
