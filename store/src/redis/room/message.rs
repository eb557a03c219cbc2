//! What is said to the task of a room.

use std::time::{Duration, Instant};

use meeting::id::ParticipantId;
use meeting::signaling::{LeaveReason, SignalPayload};
use tokio::sync::oneshot;

use super::held_seat::Newcomer;
use crate::redis::record::{RoomRecord, ServerId};
use crate::{Admission, JoinError, Seat, StoreError};

/// Something for the task of a room.
#[derive(Debug)]
pub(crate) enum Message {
    /// Somebody wants in.
    Join(Box<Joining>),
    /// Somebody's socket is gone.
    Part(Seat, Parting, Reply<Result<(), StoreError>>),
    /// Redis tells what happened.
    Event(Box<RoomRecord>),
    /// Somebody on another server says something to somebody here. It comes the same way as events,
    /// so that nobody hears from somebody of whom they have not been told.
    Signal(Signal),
}

/// Where an answer goes. Nobody may be there any more.
pub(crate) type Reply<T> = oneshot::Sender<T>;

/// Somebody who wants in.
#[derive(Debug)]
pub(crate) struct Joining {
    pub(crate) newcomer: Newcomer,
    /// How long they wait for their turn.
    pub(crate) until: Instant,
    pub(crate) reply: Reply<Result<Admission, JoinError>>,
}

/// What becomes of somebody whose socket is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parting {
    /// Unless they come back within the time, they leave for the reason.
    Absence(Duration, LeaveReason),
    /// They have left.
    Departure(LeaveReason),
}

/// A signal for somebody on this server.
#[derive(Debug)]
pub(crate) struct Signal {
    pub(crate) from: ParticipantId,
    pub(crate) to: ParticipantId,
    pub(crate) payload: SignalPayload,
    /// The server that it comes from, where to say so when they are not here.
    pub(crate) sender: ServerId,
}
