//! The task that owns a room. It takes in what it is told, does one thing with Redis at a time, and
//! compares the room with Redis whenever the two may differ.

use std::collections::{BTreeSet, VecDeque};
use std::future::pending;
use std::sync::Arc;
use std::time::Instant;

use futures::FutureExt;
use futures::future::BoxFuture;
use meeting::id::RoomId;
use meeting::signaling::ServerMessage;
use tokio::sync::{Notify, mpsc, watch};

use super::accord::{Accord, Comparison};
use super::message::{Message, Parting, Reply, Signal};
use super::state::Room;
use super::work::{Done, Work};
use crate::redis::owned::Owned;
use crate::redis::pace::Turn;
use crate::redis::record::ServerId;
use crate::redis::server::Server;
use crate::{Seat, StoreError};

/// How many may wait for Redis at once; more stay in the mailbox, and when that is full, outside.
const REQUESTS: usize = 1024;

/// The owner of a room.
pub(super) struct Task {
    pub(super) id: RoomId,
    pub(super) server: Arc<Server>,
    pub(super) room: Owned<Room>,
    pub(super) mailbox: mpsc::Receiver<Message>,
    missed: Arc<Notify>,
    dead: watch::Receiver<BTreeSet<ServerId>>,
    /// What somebody waits for, or a comparison found.
    pub(super) requests: VecDeque<Work>,
    /// Dead servers whose participants here are to be given time to come back.
    pub(super) to_evacuate: BTreeSet<ServerId>,
    pub(super) comparison: Comparison,
    /// When the room is to be kept from running out.
    pub(super) keep_at: Instant,
    under_way: Option<UnderWay>,
    upkeep: Upkeep,
}

/// What is done with Redis at the moment, and the turn that is spent on it, if any.
type UnderWay = BoxFuture<'static, (Done, Option<Turn>)>;

/// What nobody waits for takes a turn among all rooms. One turn is for all that is due: if each thing
/// took one, the first would be due again before the last was reached.
enum Upkeep {
    Rests,
    Waits(BoxFuture<'static, Turn>),
    HasTurn(Turn),
}

impl Task {
    pub(super) fn new(
        id: RoomId,
        server: Arc<Server>,
        room: Owned<Room>,
        mailbox: mpsc::Receiver<Message>,
        missed: Arc<Notify>,
    ) -> Self {
        Self {
            id,
            room,
            mailbox,
            missed,
            dead: server.beats.dead.subscribe(),
            requests: VecDeque::new(),
            to_evacuate: BTreeSet::new(),
            comparison: Comparison::NotDue,
            keep_at: server.runtime.now() + server.settings.beat,
            under_way: None,
            upkeep: Upkeep::Rests,
            server,
        }
    }

    /// Owns the room while it is of concern to this server and the store is open.
    pub(super) async fn run(mut self) {
        let stop = self.server.stop.clone();
        tokio::select! {
            biased;
            () = stop.cancelled() => {}
            () = self.own() => {}
        }
    }

    async fn own(&mut self) {
        if self.server.subscribe(&self.id).await.is_err() {
            return self.give_up().await;
        }
        loop {
            self.begin();
            if self.is_idle() && self.let_go_if_unasked() {
                return self.hand_over().await;
            }
            self.step().await;
        }
    }

    /// Begins what is due, if nothing is under way. What somebody waits for comes first; the rest
    /// waits for its turn among all rooms.
    fn begin(&mut self) {
        if self.under_way.is_some() {
            return;
        }
        if let Some(work) = self.next_request() {
            // A turn that came meanwhile would be held by somebody who does not use it.
            self.upkeep = Upkeep::Rests;
            let work = self.carry_out(work);
            self.under_way = Some(work.map(|done| (done, None)).boxed());
            return;
        }
        let upkeep = std::mem::replace(&mut self.upkeep, Upkeep::Rests);
        let Some(work) = self.due() else {
            return;
        };
        match upkeep {
            Upkeep::Rests => self.upkeep = Upkeep::Waits(self.server.pace.turn().boxed()),
            Upkeep::Waits(_) => self.upkeep = upkeep,
            Upkeep::HasTurn(turn) => {
                let (work, runtime) = (self.carry_out(work), Arc::clone(&self.server.runtime));
                let work = async move {
                    let (done, turn) = turn.spend_on(&*runtime, work).await;
                    (done, Some(turn))
                };
                self.under_way = Some(work.boxed());
            }
        }
    }

    /// The next of what somebody waits for, if they still do.
    fn next_request(&mut self) -> Option<Work> {
        let now = self.server.runtime.now();
        while let Some(work) = self.requests.pop_front() {
            match work {
                Work::Join(joining) if joining.reply.is_closed() => {}
                Work::Join(joining) if joining.until < now => {
                    let _ = joining.reply.send(Err(StoreError::Late.into()));
                }
                // Redis has stopped to answer since: see `part`.
                Work::Part(_, _, reply) if self.comparison == Comparison::OnceItAnswers => {
                    self.leave_to_comparison(reply);
                }
                work => return Some(work),
            }
        }
        None
    }

    /// What nobody asked for and is due all the same. While Redis does not answer for this room, that
    /// is only to see whether it does again.
    fn due(&mut self) -> Option<Work> {
        let now = self.server.runtime.now();
        if self.keep_at <= now {
            return Some(Work::Keep);
        }
        if self.comparison == Comparison::OnceItAnswers {
            return None;
        }
        let dead = self.dead.borrow();
        // A server that has beaten meanwhile is not dead.
        self.to_evacuate.retain(|server| dead.contains(server));
        drop(dead);
        if let Some(server) = self.to_evacuate.first() {
            return Some(Work::Evacuate(server.clone()));
        }
        let is_over = |deadline| deadline <= now;
        let somebody_leaves = self.first_deadline().is_some_and(is_over);
        (self.comparison == Comparison::Now || somebody_leaves).then_some(Work::Compare)
    }

    /// When the first absence ends, which Redis is to be told.
    fn first_deadline(&self) -> Option<Instant> {
        match self.comparison {
            Comparison::OnceItAnswers => None,
            Comparison::NotDue | Comparison::Now => self.room.read().first_deadline(),
        }
    }

    /// Whether the room is of no concern to this server any more.
    fn is_idle(&self) -> bool {
        let rests = self.under_way.is_none() && self.requests.is_empty();
        rests && self.comparison == Comparison::NotDue && self.room.read().held() == 0
    }

    /// Waits for something to happen, and takes it in.
    async fn step(&mut self) {
        let server = Arc::clone(&self.server);
        let rests = self.under_way.is_none() && matches!(self.upkeep, Upkeep::Rests);
        let wake_at = self
            .first_deadline()
            .into_iter()
            .fold(self.keep_at, Instant::min);
        tokio::select! {
            biased;
            (done, turn) = completion(&mut self.under_way) => {
                self.under_way = None;
                if let Some(turn) = turn {
                    self.upkeep = Upkeep::HasTurn(turn);
                }
                self.end(done);
            }
            Some(message) = self.mailbox.recv(), if self.requests.len() < REQUESTS => self.take(message),
            turn = turn_of(&mut self.upkeep) => self.upkeep = Upkeep::HasTurn(turn),
            () = self.missed.notified() => self.suspect(),
            Ok(()) = self.dead.changed() => self.note_the_dead(),
            () = server.runtime.sleep_until(wake_at), if rests => {}
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Join(joining) => self.requests.push_back(Work::Join(joining)),
            Message::Part(seat, parting, reply) => self.part(seat, parting, Some(reply)),
            Message::Event(record) => {
                let now = self.server.runtime.now();
                let accord = self.room.write().follow(*record, now);
                self.heed(accord);
            }
            Message::Signal(signal) => self.deliver(signal),
        }
    }

    /// Takes the socket off a seat, if it is still the one, and has Redis told.
    pub(super) fn part(
        &mut self,
        seat: Seat,
        parting: Parting,
        reply: Option<Reply<Result<(), StoreError>>>,
    ) {
        if self.room.read().holds(&seat) {
            let now = self.server.runtime.now();
            let mut room = self.room.write();
            match parting {
                Parting::Absence(time, reason) => room.detach(&seat.id, now + time, reason),
                Parting::Departure(reason) => room.leave(&seat.id, reason),
            }
            drop(room);
            if self.comparison != Comparison::OnceItAnswers {
                let work = Work::Part(seat, parting, reply);
                return self.requests.push_back(work);
            }
            return self.leave_to_comparison(reply);
        }
        if let Some(reply) = reply {
            let _ = reply.send(Ok(()));
        }
    }

    /// The comparison will say it, together with all else that Redis has not heard of. Nobody waits
    /// for a Redis that does not answer.
    fn leave_to_comparison(&mut self, reply: Option<Reply<Result<(), StoreError>>>) {
        self.keep_at = self.server.runtime.now();
        if let Some(reply) = reply {
            let _ = reply.send(Ok(()));
        }
    }

    /// Hands a signal from another server to whom it is for.
    fn deliver(&mut self, signal: Signal) {
        let Signal {
            from,
            to,
            payload,
            sender,
        } = signal;
        let message = ServerMessage::Signal {
            from: from.clone(),
            payload,
        };
        let room = self.room.read();
        let outcome = room.outbox(&to).and_then(|outbox| outbox.carry(message));
        drop(room);
        if let Err(reason) = outcome {
            self.server
                .refuse_signal(self.id.clone(), &from, to, sender, reason);
        }
    }

    /// Does what a look at the room calls for.
    pub(super) fn heed(&mut self, accord: Accord) {
        if accord == Accord::Differs {
            self.compare_by(Comparison::Now);
        }
    }

    pub(super) fn compare_by(&mut self, when: Comparison) {
        self.comparison = self.comparison.max(when);
    }

    /// Something may have happened of which nothing was heard.
    fn suspect(&mut self) {
        self.compare_by(Comparison::OnceItAnswers);
        self.keep_at = self.server.runtime.now();
    }

    fn note_the_dead(&mut self) {
        let dead = self.dead.borrow_and_update();
        let room = self.room.read();
        let holders = room.holders().filter(|server| dead.contains(*server));
        self.to_evacuate = holders.cloned().collect();
    }
}

/// However the task ends, whoever wants in next finds no room without an owner. When the server stops,
/// its rooms are still to be signed off.
impl Drop for Task {
    fn drop(&mut self) {
        self.mailbox.close();
        if !self.server.stop.is_cancelled() {
            self.server.forget_ownerless(&self.id);
        }
    }
}

/// What came of what is under way.
async fn completion(work: &mut Option<UnderWay>) -> (Done, Option<Turn>) {
    match work {
        Some(work) => work.await,
        None => pending().await,
    }
}

/// The turn that was asked for.
async fn turn_of(upkeep: &mut Upkeep) -> Turn {
    match upkeep {
        Upkeep::Waits(turn) => turn.await,
        Upkeep::Rests | Upkeep::HasTurn(_) => pending().await,
    }
}
