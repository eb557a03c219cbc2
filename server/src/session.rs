//! One participant's socket, from `join` to the farewell.

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

use crate::connection::{Frame, Socket};
use crate::context::Context;
use crate::ending::{Ending, Farewell, error, going_away};
use crate::rate::Bucket;
use crate::refusal::Refusal;
use crate::token::{Token, TokenError};
use crate::wire::{self, Wire};

/// Serves a socket until it is over. A panic on the way ends this session alone.
pub async fn run(mut connection: impl Socket, context: &Context) {
    let mut bucket = Bucket::full(context.rate, Instant::now());
    let (mut next, mut wire) = (0, &wire::FIRST);
    let ending = match admit(&mut connection, &mut bucket, context).await {
        Err(ending) => {
            context.note_not_let_in(ending);
            ending
        }
        Ok((entry, joined)) => {
            let seat = entry.seat.clone();
            wire = entry.wire;
            let mut session = Session::new(entry, &mut connection, bucket, context);
            let meeting = AssertUnwindSafe(session.meet(joined)).catch_unwind();
            let ending = meeting.await.unwrap_or_else(|_| {
                error!("a session panicked; it can be resumed");
                Ending::Refused(ErrorCode::Unavailable)
            });
            next = session.next;
            context.note_sent_away(ending);
            settle(&seat, ending, context).await;
            ending
        }
    };
    debug!(?ending, "the socket is over");
    part(connection, wire, ending, next, context).await;
}

/// A place in a room, and the messages that go there.
struct Entry {
    seat: Seat,
    wire: &'static Wire,
    inbox: Inbox,
    /// The number of the first message after `joined`.
    next: u64,
    /// What the browser said before it was in.
    early: Option<ClientMessage>,
}

/// Waits for `join` and asks the store for a place.
async fn admit(
    connection: &mut impl Socket,
    bucket: &mut Bucket,
    context: &Context,
) -> Result<(Entry, Joined), Ending> {
    let first = hear(connection, &wire::FIRST, bucket);
    let first = timeout(context.timing.first_frame, first);
    let first = tokio::select! {
        biased;
        first = first => first.map_err(|_| Ending::Refused(ErrorCode::JoinTimeout))??,
        () = context.drain.cancelled() => return Err(Ending::GoingAway),
    };
    let ClientMessage::Join(join) = first else {
        return Err(Ending::Refused(ErrorCode::OutOfPlace));
    };
    let wire = wire::choose(context.spoken, &join.versions)
        .ok_or(Ending::Refused(ErrorCode::UnsupportedVersion))?;
    let entering = async {
        let entered = enter(join, wire, context).await;
        entered.map_err(|error| error.into_ending(context))
    };
    let mut entering = pin!(entering);
    // Whoever has hung up meanwhile may be back on another socket, which this join would replace.
    let early = tokio::select! {
        biased;
        heard = hear(connection, wire, bucket) => heard?,
        entered = &mut entering => return entered,
    };
    let (mut entry, joined) = entering.await?;
    entry.early = Some(early);
    Ok((entry, joined))
}

/// Why there is no place for somebody.
#[derive(Debug, Error)]
enum NoEntry {
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error(transparent)]
    Join(#[from] JoinError),
}

impl NoEntry {
    /// Tells the operator, unless it concerns this browser alone.
    fn into_ending(self, context: &Context) -> Ending {
        Ending::Refused(match self {
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

async fn enter(
    join: Join,
    wire: &'static Wire,
    context: &Context,
) -> Result<(Entry, Joined), NoEntry> {
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
    // Nothing may fail once the participant has a place.
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
        Entry {
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
async fn hear(
    connection: &mut impl Socket,
    wire: &Wire,
    bucket: &mut Bucket,
) -> Result<ClientMessage, Ending> {
    loop {
        let frame = connection.receive().await;
        if !bucket.take(Instant::now()) {
            return Err(Ending::Refused(ErrorCode::RateLimited));
        }
        match frame {
            Frame::Text(text) => return Ok((wire.read)(&text)?),
            Frame::Control => {}
            Frame::Forbidden(code) => return Err(Ending::Forbidden(code)),
            Frame::Closed(code) => return Err(Ending::Closed(code)),
            Frame::Broken => return Err(Ending::Lost),
        }
    }
}

/// A participant in a room.
struct Session<'a, S> {
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

impl<'a, S: Socket> Session<'a, S> {
    fn new(entry: Entry, connection: &'a mut S, bucket: Bucket, context: &'a Context) -> Self {
        let refresh = context.ice.refresh_interval();
        Self {
            context,
            connection,
            bucket,
            wire: entry.wire,
            seat: entry.seat,
            inbox: entry.inbox,
            next: entry.next,
            early: entry.early,
            silence: Box::pin(sleep(context.timing.silence)),
            ice_refresh: refresh.map(|period| interval_at(Instant::now() + period, period)),
            asked_to_go: false,
        }
    }

    /// Carries messages both ways until something ends it.
    async fn meet(&mut self, joined: Joined) -> Ending {
        let joined = Sequenced {
            seq: 0,
            message: ServerMessage::Joined(Box::new(joined)),
        };
        let mut outcome = say(self.connection, self.wire, joined).await;
        if let Some(early) = self.early.take()
            && outcome.is_ok()
        {
            outcome = self.obey(early);
        }
        loop {
            if let Err(ending) = outcome {
                return ending;
            }
            outcome = self.step().await;
        }
    }

    async fn step(&mut self) -> Result<(), Ending> {
        tokio::select! {
            biased;
            () = self.context.stop.cancelled() => Err(Ending::Stopped),
            () = self.context.drain.cancelled(), if !self.asked_to_go => {
                self.asked_to_go = true;
                self.inbox.say(going_away(self.context.spread));
                Ok(())
            }
            // Before the look at the clock: after a pause of the whole server, what a browser said
            // meanwhile counts.
            heard = hear(self.connection, self.wire, &mut self.bucket) => {
                let message = heard?;
                self.silence.as_mut().reset(Instant::now() + self.context.timing.silence);
                self.obey(message)?;
                // Whoever talks has to listen to the answers first.
                while let Some(answer) = self.inbox.try_next() {
                    self.say(answer?).await?;
                }
                Ok(())
            }
            () = self.silence.as_mut() => Err(Ending::Refused(ErrorCode::Silent)),
            () = due(&mut self.ice_refresh) => {
                let ice = self.context.ice.for_participant(&self.seat.id, SystemTime::now());
                self.inbox.say(ServerMessage::IceServers(ice));
                Ok(())
            }
            message = self.inbox.next() => self.say(message?).await,
        }
    }

    fn obey(&mut self, message: ClientMessage) -> Result<(), Ending> {
        match message {
            ClientMessage::Signal { to, payload } => {
                let carried = self.context.store.signal(&self.seat, &to, payload);
                if let Err(reason) = carried {
                    self.inbox.say(ServerMessage::Undeliverable { to, reason });
                }
                Ok(())
            }
            ClientMessage::Ping { ack } => {
                self.inbox.acknowledge(ack);
                self.inbox.say(ServerMessage::Pong {});
                Ok(())
            }
            ClientMessage::Leave {} => Err(Ending::Left),
            ClientMessage::Join(_) => Err(Ending::Refused(ErrorCode::OutOfPlace)),
            // A newer page has more to say than this server understands.
            ClientMessage::Unknown => {
                self.inbox.say(error(ErrorCode::UnknownType));
                Ok(())
            }
        }
    }

    async fn say(&mut self, message: Sequenced) -> Result<(), Ending> {
        self.next = message.seq + 1;
        say(self.connection, self.wire, message).await
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

async fn say(connection: &mut impl Socket, wire: &Wire, message: Sequenced) -> Result<(), Ending> {
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
async fn settle(seat: &Seat, ending: Ending, context: &Context) {
    let outcome = match ending.outcome() {
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
async fn part(
    mut connection: impl Socket,
    wire: &Wire,
    ending: Ending,
    seq: u64,
    context: &Context,
) {
    match ending.farewell(context.spread) {
        Farewell::None => {}
        Farewell::HangUp => connection.hang_up().await,
        Farewell::Close { last_words, code } => {
            let heard = match last_words {
                Some(message) => say(&mut connection, wire, Sequenced { seq, message }).await,
                None => Ok(()),
            };
            if heard.is_ok() {
                connection.close(code).await;
            }
        }
    }
}
