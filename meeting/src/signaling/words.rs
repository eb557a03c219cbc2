//! Reading words of which a newer server may have more.

use serde::de::{IntoDeserializer, value};
use serde::{Deserialize, Deserializer};

use super::{LeaveReason, Presence};

/// Why somebody is gone. Whatever the reason, they are.
pub(super) fn leave_reason<'de, D: Deserializer<'de>>(from: D) -> Result<LeaveReason, D::Error> {
    known_or(LeaveReason::Left, from)
}

/// Whether somebody's socket is up. Nothing that is not known keeps anybody from being seen.
pub(super) fn presence<'de, D: Deserializer<'de>>(from: D) -> Result<Presence, D::Error> {
    known_or(Presence::Connected, from)
}

fn known_or<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    nearest: T,
    from: D,
) -> Result<T, D::Error> {
    let word = String::deserialize(from)?.into_deserializer();
    let known: Result<T, value::Error> = T::deserialize(word);
    Ok(known.unwrap_or(nearest))
}
