//! What the task of a room does with Redis, one thing at a time.

use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use meeting::signaling::LeaveReason;

use super::accord::{Accord, Comparison};
use super::from_redis::Ghost;
use super::message::{Joining, Parting, Reply};
use super::task::Task;
use crate::redis::PATIENCE;
use crate::redis::record::{ServerId, Snapshot};
use crate::redis::scripts::{self, Joined, SeatNumbers};
use crate::{Admission, JoinError, Seat, StoreError};

/// Something to be done with Redis.
#[derive(Debug)]
pub(super) enum Work {
    Join(Box<Joining>),
    Part(Seat, Parting, PartReply),
    /// Give whoever was on a dead server time to come back.
    Evacuate(ServerId),
    /// Tell Redis whom this server holds, and hear what it has.
    Compare,
    /// Keep the room from running out.
    Keep,
}

/// Who hears that Redis knows of a socket that is gone.
type PartReply = Option<Reply<Result<(), StoreError>>>;

/// What came of it.
#[derive(Debug)]
pub(super) enum Done {
    Joined(Box<Joining>, Result<Joined, StoreError>),
    Parted(PartReply, Result<(), StoreError>),
    Evacuated(ServerId, Result<u64, StoreError>),
    /// With the number of the last event that was known before.
    Compared(u64, Result<Snapshot, StoreError>),
    /// Whether Redis has the room.
    Kept(Result<bool, StoreError>),
}

impl Task {
    /// Begins something.
    pub(super) fn carry_out(&mut self, work: Work) -> BoxFuture<'static, Done> {
        let (server, id) = (Arc::clone(&self.server), self.id.clone());
        let now = server.runtime.now();
        match work {
            Work::Join(joining) => {
                let newcomer = joining.newcomer.own.entry.id.clone();
                self.room.write().await_newcomer(newcomer);
                let until = server.clock.now(now) + scripts::millis(PATIENCE);
                async move {
                    let own = &joining.newcomer.own;
                    let join = server.scripts.join(&server.commands, &id, own, until);
                    let outcome = join.await;
                    Done::Joined(joining, outcome)
                }
                .boxed()
            }
            Work::Part(seat, parting, reply) => async move {
                let (scripts, redis) = (&server.scripts, &server.commands);
                let outcome = match parting {
                    Parting::Absence(time, reason) => {
                        scripts.detach(redis, &seat, time, reason).await
                    }
                    Parting::Departure(reason) => scripts.leave(redis, &seat, reason).await,
                };
                Done::Parted(reply, outcome)
            }
            .boxed(),
            Work::Evacuate(dead) => async move {
                let evacuate = server.scripts.evacuate(&server.commands, &id, &dead);
                let outcome = evacuate.await;
                Done::Evacuated(dead, outcome)
            }
            .boxed(),
            Work::Compare => {
                self.comparison = Comparison::NotDue;
                let (held, asked_at) = self.room.read().held_seats(now);
                async move {
                    let sync = server.scripts.sync(&server.commands, &id, &held);
                    Done::Compared(asked_at, sync.await)
                }
                .boxed()
            }
            Work::Keep => async move { Done::Kept(server.prolong(&id).await) }.boxed(),
        }
    }

    /// Takes in what came of it.
    pub(super) fn end(&mut self, done: Done) {
        match done {
            Done::Joined(joining, outcome) => self.end_join(*joining, outcome),
            Done::Parted(reply, outcome) => self.end_part(reply, outcome),
            Done::Evacuated(dead, outcome) => self.end_evacuation(&dead, outcome),
            Done::Compared(asked_at, outcome) => self.end_comparison(asked_at, outcome),
            Done::Kept(outcome) => self.end_keep(outcome),
        }
    }

    fn end_join(&mut self, joining: Joining, outcome: Result<Joined, StoreError>) {
        let refusal = match outcome {
            Ok(Joined::In { numbers, snapshot }) => return self.admit(joining, numbers, snapshot),
            Ok(Joined::Full) => JoinError::Full,
            Ok(Joined::Refused) => JoinError::ResumeRefused,
            Ok(Joined::Late { now }) => {
                self.server.clock.set(now, self.server.runtime.now());
                StoreError::Late.into()
            }
            Err(error) => {
                // Nobody knows what Redis did.
                self.compare_by(Comparison::OnceItAnswers);
                error.into()
            }
        };
        let now = self.server.runtime.now();
        let accord = self.room.write().await_nobody(now);
        self.heed(accord);
        // Whoever does not wait any more needs no answer.
        let _ = joining.reply.send(Err(refusal));
    }

    fn admit(&mut self, joining: Joining, numbers: SeatNumbers, snapshot: Snapshot) {
        let Joining {
            newcomer, reply, ..
        } = joining;
        let seat = Seat {
            room: self.id.clone(),
            id: newcomer.own.entry.id.clone(),
            generation: numbers.generation,
        };
        let now = self.server.runtime.now();
        let admitted = self.room.write().admit(newcomer, numbers, snapshot, now);
        let (found, accord) = admitted;
        self.heed(accord);
        let admission = Admission {
            seat: seat.clone(),
            participants: found.participants,
            resumption: found.resumption,
        };
        if reply.send(Ok(admission)).is_err() {
            // They may come back on another socket.
            let absence = Parting::Absence(self.server.settings.grace, LeaveReason::Lost);
            self.part(seat, absence, None);
        }
    }

    fn end_part(&mut self, reply: PartReply, outcome: Result<(), StoreError>) {
        if outcome.is_err() {
            self.compare_by(Comparison::OnceItAnswers);
        }
        match (reply, outcome) {
            (Some(reply), outcome) => drop(reply.send(outcome)),
            (None, Err(error)) => {
                let what = "somebody who is not here any more is shown until the next beat";
                self.server.troubles.count(what, error);
            }
            (None, Ok(())) => {}
        }
    }

    fn end_evacuation(&mut self, dead: &ServerId, outcome: Result<u64, StoreError>) {
        match outcome {
            Ok(participants) => {
                self.to_evacuate.remove(dead);
                self.server.troubles.evacuated(participants);
                self.server.counters.evacuees.add(participants);
            }
            Err(error) => {
                let what = "the participants of a dead server wait";
                self.server.troubles.count(what, error);
                self.compare_by(Comparison::OnceItAnswers);
            }
        }
    }

    fn end_comparison(&mut self, asked_at: u64, outcome: Result<Snapshot, StoreError>) {
        let now = self.server.runtime.now();
        match outcome {
            Ok(snapshot) => {
                self.server.counters.comparisons.increment();
                let compared = self.room.write().compare(snapshot, asked_at, now);
                let (ghosts, accord) = compared;
                // What one comparison did not put right waits for the next beat.
                if accord == Accord::Differs {
                    self.compare_by(Comparison::OnceItAnswers);
                }
                for ghost in ghosts {
                    self.dispel(ghost);
                }
            }
            Err(error) => {
                let what = "rooms cannot be compared with redis";
                self.server.troubles.count(what, error);
                self.compare_by(Comparison::OnceItAnswers);
            }
        }
    }

    /// Puts right that somebody is written down as being here who is not: what they or this server
    /// said about that was lost.
    fn dispel(&mut self, ghost: Ghost) {
        let seat = Seat {
            room: self.id.clone(),
            id: ghost.id,
            generation: ghost.generation,
        };
        let parting = match ghost.left {
            Some(reason) => Parting::Departure(reason),
            None => Parting::Absence(self.server.settings.grace, LeaveReason::Lost),
        };
        self.requests.push_back(Work::Part(seat, parting, None));
    }

    fn end_keep(&mut self, outcome: Result<bool, StoreError>) {
        let now = self.server.runtime.now();
        self.keep_at = now + self.server.settings.beat;
        match outcome {
            Ok(is_there) => {
                self.room.write().settle(self.server.settings.lease, now);
                if !is_there || self.comparison == Comparison::OnceItAnswers {
                    self.comparison = Comparison::Now;
                }
            }
            Err(error) => {
                let what = "rooms cannot be kept from running out";
                self.server.troubles.count(what, error);
                self.compare_by(Comparison::OnceItAnswers);
            }
        }
    }
}
