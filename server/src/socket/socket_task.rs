//! The task of one socket, from `join` to the closing handshake. A participant's session may take many.

use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::time::SystemTime;

use futures::FutureExt;
use meeting::signaling::{
    ClientMessage, ErrorCode, Join, Joined, Outcome, Resumption, Sequenced, ServerMessage,
};
use store::{Claim, Inbox, JoinError, JoinRequest, Seat, outbox};
use thiserror::Error;
use tokio::time::{Instant, Interval, Sleep, interval_at, sleep, timeout};
use tracing::{debug, error, warn};

use super::connection::{Frame, Socket};
use super::context::Context;
use super::rate::Bucket;
use super::socket_end::{ClosingHandshake, SocketEnd, error, going_away};
use super::token::{Token, TokenError};
use super::wire::{self, Wire};
use crate::refusal::Refusal;

/// Serves a socket until it is over. A panic on the way ends this socket alone.
pub async fn run(mut connection: impl Socket, context: &Context) {
    let mut bucket = Bucket::full(context.rate, Instant::now());
    let (mut next, mut wire) = (0, &wire::FIRST);
    let end = match admit(&mut connection, &mut bucket, context).await {
        Err(end) => {
            context.note_not_let_in(end);
            end
        }
        Ok((admitted, joined)) => {
            let seat = admitted.seat.clone();
            wire = admitted.wire;
            let mut task = SocketTask::new(admitted, &mut connection, bucket, context);
            let carried = AssertUnwindSafe(task.carry(joined)).catch_unwind();
            let end = carried.await.unwrap_or_else(|_| {
                error!("the task of a socket panicked; the session can be resumed");
                SocketEnd::Refused(ErrorCode::Unavailable)
            });
            next = task.next;
            context.note_sent_away(end);
            settle(&seat, end, context).await;
            end
        }
    };
    debug!(?end, "the socket is over");
    close(connection, wire, end, next, context).await;
}

/// Somebody who has a seat, and the messages that go there.
struct Admitted {
    seat: Seat,
    wire: &'static Wire,
    inbox: Inbox,
    /// The number of the first message after `joined`.
    next: u64,
    /// What the browser sent before it was in.
    early: Option<ClientMessage>,
}

/// Waits for `join` and asks the store for a seat.
async fn admit(
    connection: &mut impl Socket,
    bucket: &mut Bucket,
    context: &Context,
) -> Result<(Admitted, Joined), SocketEnd> {
    let first = receive(connection, &wire::FIRST, bucket);
    let first = timeout(context.timing.first_frame, first);
    let first = tokio::select! {
        biased;
        first = first => first.map_err(|_| SocketEnd::Refused(ErrorCode::JoinTimeout))??,
        () = context.drain.cancelled() => return Err(SocketEnd::GoingAway),
    };
    let ClientMessage::Join(join) = first else {
        return Err(SocketEnd::Refused(ErrorCode::OutOfPlace));
    };
    let wire = wire::choose(context.spoken, &join.versions)
        .ok_or(SocketEnd::Refused(ErrorCode::UnsupportedVersion))?;
    let joining = async {
        let outcome = join_room(join, wire, context).await;
        outcome.map_err(|error| error.into_socket_end(context))
    };
    let mut joining = pin!(joining);
    // Whoever has hung up meanwhile may be back on another socket, which this join would replace.
    let early = tokio::select! {
        biased;
        received = receive(connection, wire, bucket) => received?,
        outcome = &mut joining => return outcome,
    };
    let (mut admitted, joined) = joining.await?;
    admitted.early = Some(early);
    Ok((admitted, joined))
}

/// Why somebody gets no seat.
#[derive(Debug, Error)]
enum NotAdmitted {
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error(transparent)]
    Join(#[from] JoinError),
}

impl NotAdmitted {
    /// Tells the operator, unless it concerns this browser alone.
    fn into_socket_end(self, context: &Context) -> SocketEnd {
        SocketEnd::Refused(match self {
            Self::Join(JoinError::Full) => ErrorCode::RoomFull,
            Self::Join(JoinError::ResumeRefused) | Self::Token(TokenError::Malformed) => {
                ErrorCode::ResumeRefused
            }
            Self::Join(JoinError::Unavailable(_)) | Self::Token(TokenError::Random) => {
                context.refusals.tell(&Refusal::Rooms(self.to_string()));
                ErrorCode::Unavailable
            }
        })
    }
}

async fn join_room(
    join: Join,
    wire: &'static Wire,
    context: &Context,
) -> Result<(Admitted, Joined), NotAdmitted> {
    let seen = join.resume.as_ref().map_or(0, |resume| resume.seen);
    let runtime = context.store.runtime().as_ref();
    let (token, claim) = match &join.resume {
        None => (Token::new(runtime)?, Claim::Fresh),
        Some(resume) => {
            let shown = Token::parse(&resume.token)?;
            (
                shown.next(runtime)?,
                Claim::Resume {
                    proof: shown.proof(),
                },
            )
        }
    };
    let id = token.participant();
    // Nothing may fail once the participant has a seat.
    let wire_token = token.to_wire()?;
    let (outbox, inbox) = outbox(context.store.runtime());
    let request = JoinRequest {
        room: join.room,
        id: id.clone(),
        name: join.name,
        instance: join.instance,
        attempt: join.attempt,
        claim,
        seen,
        next_proof: token.proof(),
        outbox,
    };
    let admission = context.store.join(request).await?;
    let joined = Joined {
        version: wire.version,
        ice: context.ice.for_participant(&id, SystemTime::now()),
        id,
        token: wire_token,
        resumption: admission.resumption,
        participants: admission.participants,
        capacity: context.capacity,
    };
    Ok((
        Admitted {
            seat: admission.seat,
            wire,
            inbox,
            next: 1 + match joined.resumption {
                Resumption::Replayed => seen,
                Resumption::Fresh | Resumption::Snapshot => 0,
            },
            early: None,
        },
        joined,
    ))
}

/// The next message of the browser. May be dropped half-way without losing any.
async fn receive(
    connection: &mut impl Socket,
    wire: &Wire,
    bucket: &mut Bucket,
) -> Result<ClientMessage, SocketEnd> {
    loop {
        let frame = connection.receive().await;
        if !bucket.take(Instant::now()) {
            return Err(SocketEnd::Refused(ErrorCode::RateLimited));
        }
        match frame {
            Frame::Text(text) => return Ok((wire.read)(&text)?),
            Frame::Control => {}
            Frame::Forbidden(code) => return Err(SocketEnd::Forbidden(code)),
            Frame::Closed(code) => return Err(SocketEnd::Closed(code)),
            Frame::Broken => return Err(SocketEnd::Lost),
        }
    }
}

/// The socket of a participant in a room.
struct SocketTask<'a, S> {
    context: &'a Context,
    connection: &'a mut S,
    bucket: Bucket,
    wire: &'static Wire,
    seat: Seat,
    inbox: Inbox,
    /// The number of the next message.
    next: u64,
    early: Option<ClientMessage>,
    silence: Pin<Box<Sleep>>,
    ice_refresh: Option<Interval>,
    asked_to_go: bool,
}

impl<'a, S: Socket> SocketTask<'a, S> {
    fn new(
        admitted: Admitted,
        connection: &'a mut S,
        bucket: Bucket,
        context: &'a Context,
    ) -> Self {
        let refresh = context.ice.refresh_interval();
        Self {
            context,
            connection,
            bucket,
            wire: admitted.wire,
            seat: admitted.seat,
            inbox: admitted.inbox,
            next: admitted.next,
            early: admitted.early,
            silence: Box::pin(sleep(context.timing.silence)),
            ice_refresh: refresh.map(|period| interval_at(Instant::now() + period, period)),
            asked_to_go: false,
        }
    }

    /// Carries messages both ways until something ends it.
    async fn carry(&mut self, joined: Joined) -> SocketEnd {
        let joined = Sequenced {
            seq: 0,
            message: ServerMessage::Joined(Box::new(joined)),
        };
        let mut outcome = send(self.connection, self.wire, joined).await;
        if let Some(early) = self.early.take()
            && outcome.is_ok()
        {
            outcome = self.handle(early);
        }
        loop {
            if let Err(end) = outcome {
                return end;
            }
            outcome = self.step().await;
        }
    }

    async fn step(&mut self) -> Result<(), SocketEnd> {
        tokio::select! {
            biased;
            () = self.context.stop.cancelled() => Err(SocketEnd::Stopped),
            () = self.context.drain.cancelled(), if !self.asked_to_go => {
                self.asked_to_go = true;
                self.inbox.push(going_away(self.context.spread));
                Ok(())
            }
            // Before the look at the clock: after a pause of the whole server, what a browser sent
            // meanwhile counts.
            received = receive(self.connection, self.wire, &mut self.bucket) => {
                let message = received?;
                self.silence.as_mut().reset(Instant::now() + self.context.timing.silence);
                self.handle(message)?;
                // Whoever sends has to take the answers first.
                while let Some(answer) = self.inbox.try_next() {
                    self.send(answer?).await?;
                }
                Ok(())
            }
            () = self.silence.as_mut() => Err(SocketEnd::Refused(ErrorCode::Silent)),
            () = due(&mut self.ice_refresh) => {
                let ice = self.context.ice.for_participant(&self.seat.id, SystemTime::now());
                self.inbox.push(ServerMessage::IceServers(ice));
                Ok(())
            }
            message = self.inbox.next() => self.send(message?).await,
        }
    }

    fn handle(&mut self, message: ClientMessage) -> Result<(), SocketEnd> {
        match message {
            ClientMessage::Signal { to, payload } => {
                let carried = self.context.store.signal(&self.seat, &to, payload);
                if let Err(reason) = carried {
                    self.inbox.push(ServerMessage::Undeliverable { to, reason });
                }
                Ok(())
            }
            ClientMessage::Ping { ack } => {
                self.inbox.acknowledge(ack);
                self.inbox.push(ServerMessage::Pong {});
                Ok(())
            }
            ClientMessage::Leave {} => Err(SocketEnd::Left),
            ClientMessage::Join(_) => Err(SocketEnd::Refused(ErrorCode::OutOfPlace)),
            // A newer page sends more than this server understands.
            ClientMessage::Unknown => {
                self.inbox.push(error(ErrorCode::UnknownType));
                Ok(())
            }
        }
    }

    async fn send(&mut self, message: Sequenced) -> Result<(), SocketEnd> {
        self.next = message.seq + 1;
        send(self.connection, self.wire, message).await
    }
}

async fn due(interval: &mut Option<Interval>) {
    match interval {
        Some(interval) => {
            interval.tick().await;
        }
        None => std::future::pending().await,
    }
}

async fn send(
    connection: &mut impl Socket,
    wire: &Wire,
    message: Sequenced,
) -> Result<(), SocketEnd> {
    let text = match (wire.write)(&message) {
        Ok(text) => text,
        Err(error) => {
            // A signal may outgrow the limit by the few bytes in which the envelopes of its two
            // ways differ. No browser makes one that long; the receiver must not suffer from it,
            // and something has to bear its number.
            warn!(%error, "dropped a message");
            let nothing = Sequenced {
                seq: message.seq,
                message: ServerMessage::Pong {},
            };
            (wire.write)(&nothing)?
        }
    };
    Ok(connection.send(text).await?)
}

/// Tells the store what became of the seat.
async fn settle(seat: &Seat, end: SocketEnd, context: &Context) {
    let outcome = match end.outcome() {
        Outcome::Leaves(reason) => context.store.leave(seat, reason).await,
        Outcome::MayComeBack => context.store.detach(seat).await,
        Outcome::MayReload => context.store.await_reload(seat).await,
        Outcome::Settled => Ok(()),
    };
    if let Err(error) = outcome {
        warn!(%error, "the store did not hear that a socket is over");
    }
}

/// Tells the browser, as far as it can be told.
async fn close(
    mut connection: impl Socket,
    wire: &Wire,
    end: SocketEnd,
    seq: u64,
    context: &Context,
) {
    match end.closing_handshake(context.spread) {
        ClosingHandshake::Impossible => {}
        ClosingHandshake::Answer => connection.close_connection().await,
        ClosingHandshake::Start { message, code } => {
            let sent = match message {
                Some(message) => send(&mut connection, wire, Sequenced { seq, message }).await,
                None => Ok(()),
            };
            if sent.is_ok() {
                connection.close(code).await;
            }
        }
    }
}
