//! Reading what a server of another version wrote: what this one does not know does no harm.

use meeting::id::DisplayName;
use meeting::signaling::{LeaveReason, Undeliverable};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use tracing::warn;

/// What somebody is called whose name this version does not take for one.
const NAMELESS: &str = "?";

/// A name; one that this version does not take keeps nobody from being seen.
pub(super) fn name<'de, D: Deserializer<'de>>(from: D) -> Result<DisplayName, D::Error> {
    match known(from)? {
        Some(name) => Ok(name),
        None => DisplayName::try_from(NAMELESS.to_owned()).map_err(serde::de::Error::custom),
    }
}

/// Why somebody leaves; a reason that is not known here is none of ours.
pub(super) fn known_leave_reason<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<LeaveReason>, D::Error> {
    known(from)
}

/// Why somebody left. Whatever the reason, they are gone.
pub(super) fn leave_reason<'de, D: Deserializer<'de>>(from: D) -> Result<LeaveReason, D::Error> {
    Ok(known(from)?.unwrap_or(LeaveReason::Left))
}

/// Why a signal found nobody. Whatever the reason, it may be tried again.
pub(super) fn undeliverable<'de, D: Deserializer<'de>>(from: D) -> Result<Undeliverable, D::Error> {
    Ok(known(from)?.unwrap_or(Undeliverable::Unreachable))
}

/// Those of several records that can be read.
pub(super) fn readable<T: DeserializeOwned>(records: &[String]) -> Vec<T> {
    let mut unread = None;
    let read = records.iter().filter_map(|json| {
        let record = serde_json::from_str(json);
        record.map_err(|error| unread = Some(error)).ok()
    });
    let read: Vec<T> = read.collect();
    if let Some(error) = unread {
        let missing = records.len() - read.len();
        warn!(%error, missing, "redis holds participants whom this version cannot read");
    }
    read
}

fn known<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Option<T>, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(from)?).ok())
}
