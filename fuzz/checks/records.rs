//! What Redis keeps and carries: what is read reads the same when it is written again.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::record::{Entry, Note, RoomRecord};

/// A text that came from Redis.
pub fn record(text: &str) {
    if let Ok(entry) = serde_json::from_str::<Entry>(text) {
        stays(&entry);
        assert_eq!(entry.participant().id, entry.id);
    }
    if let Ok(note) = serde_json::from_str::<Note>(text) {
        stays(&note);
    }
    // The scripts write it, and only they.
    drop(serde_json::from_str::<RoomRecord>(text));
}

/// Compares by what is shown, because not everything can be compared.
fn stays<T: Debug + Serialize + DeserializeOwned>(value: &T) {
    let again = serde_json::to_string(value).and_then(|text| serde_json::from_str::<T>(&text));
    let shown = again.map(|again| format!("{again:?}"));
    assert!(shown.is_ok_and(|shown| shown == format!("{value:?}")));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus;

    #[test]
    fn every_record_of_the_corpus_reads_the_same_again() {
        corpus::each("record", record);
    }
}
