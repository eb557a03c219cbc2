//! Signals of others, as they come in: through the server, or through the data channel while it is
//! away. Signals that go out leave with `pump` in `links.rs`.

use std::collections::VecDeque;

use super::budget::Intake;
use super::{Action, Browser, Client, fresh};
use crate::delivery::Parcel;
use crate::id::ParticipantId;
use crate::signaling::SignalPayload;
use crate::time::Timestamp;

/// Signals kept for participants the roster does not show yet, of all of them and of each.
const EARLY_SIGNALS: usize = 512;
const EARLY_SIGNALS_EACH: usize = 32;

impl Client {
    /// Takes a payload that somebody sent, whichever way it came.
    pub(super) fn on_signal(
        &mut self,
        now: Timestamp,
        from: ParticipantId,
        payload: SignalPayload,
        browser: &impl Browser,
    ) {
        let parcel = match Parcel::parse(&payload) {
            Ok(parcel) => parcel,
            Err(error) => {
                self.actions.push_back(Action::Report(error.to_string()));
                return;
            }
        };
        let intake = self
            .budget(now, &from)
            .take_signals(now, parcel.signals.len());
        self.name_if_first(&from, intake);
        if intake != Intake::Taken {
            // Whoever means it sends it again.
            return;
        }
        if self.wants_connection(&from, &parcel) && !self.budget(now, &from).takes_connection(now) {
            return;
        }
        let mut links = self.links.iter_mut().map(|(_, link)| link);
        match links.find(|link| link.is_meant(&from, &parcel.connection)) {
            Some(link) => {
                let keys = &mut self.next_key;
                let actions = &mut self.actions;
                link.on_parcel(now, parcel, browser, || fresh(keys), actions);
            }
            // The roster may be a moment behind; whoever is not in it soon will be forgotten.
            None => self.keep_early(from, payload),
        }
    }

    /// Keeps a signal for which there is no connection. Nobody's push out those of others.
    fn keep_early(&mut self, from: ParticipantId, payload: SignalPayload) {
        let theirs = self.early.iter().filter(|(sender, _)| *sender == from);
        let oldest = if theirs.count() >= EARLY_SIGNALS_EACH {
            self.early.iter().position(|(sender, _)| *sender == from)
        } else {
            (self.early.len() >= EARLY_SIGNALS).then_some(0)
        };
        if let Some(oldest) = oldest {
            self.early.remove(oldest);
        }
        self.early.push_back((from, payload));
    }

    /// Takes what somebody sent before the roster showed them.
    pub(super) fn take_early(
        &mut self,
        now: Timestamp,
        from: &ParticipantId,
        browser: &impl Browser,
    ) {
        let (theirs, others): (VecDeque<_>, _) =
            (self.early.drain(..)).partition(|(sender, _)| sender == from);
        self.early = others;
        for (from, payload) in theirs {
            self.on_signal(now, from, payload, browser);
        }
    }

    /// Whether a parcel asks for a connection in the place of the present one.
    fn wants_connection(&self, from: &ParticipantId, parcel: &Parcel) -> bool {
        self.links.values().any(|link| {
            link.is_meant(from, &parcel.connection) && parcel.connection.attempt > link.attempt()
        })
    }
}
