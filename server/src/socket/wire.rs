//! The versions of the protocol that this server speaks.
//!
//! A change that only adds is no new version. One that breaks gets a row of its own here, and the
//! row of the version before stays for one release, so that pages and servers can be renewed one
//! after the other. `join` and the last message before a socket is closed are the same in all versions.

use meeting::signaling::{ClientMessage, MessageError, PROTOCOL_VERSION, Sequenced};

/// One version: how its frames are read and written.
#[derive(Debug)]
pub struct Wire {
    /// Its number.
    pub version: u32,
    /// Reads what a page says.
    pub read: fn(&str) -> Result<ClientMessage, MessageError>,
    /// Writes what a page is told.
    pub write: fn(&Sequenced) -> Result<String, MessageError>,
}

/// What is spoken before the two ends have agreed.
pub(crate) static FIRST: Wire = Wire {
    version: PROTOCOL_VERSION,
    read: ClientMessage::parse,
    write: Sequenced::to_json,
};

/// The versions that this server speaks, the newest first.
pub(crate) static SPOKEN: &[&Wire] = &[&FIRST];

/// The newest version that both ends speak.
pub(crate) fn choose(spoken: &[&'static Wire], offered: &[u32]) -> Option<&'static Wire> {
    let mut spoken = spoken.iter();
    let both = spoken.find(|wire| offered.contains(&wire.version));
    both.copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    static SECOND: Wire = Wire {
        version: PROTOCOL_VERSION + 1,
        ..FIRST
    };

    #[test]
    fn the_newest_version_that_both_speak_is_chosen() {
        let version = |spoken: &[&'static Wire], offered: &[u32]| {
            choose(spoken, offered).map(|wire| wire.version)
        };
        let both: &[&Wire] = &[&SECOND, &FIRST];
        assert_eq!(version(SPOKEN, &[1]), Some(1));
        assert_eq!(version(SPOKEN, &[2, 1]), Some(1));
        assert_eq!(version(both, &[1]), Some(1));
        assert_eq!(version(both, &[1, 2]), Some(2));
        assert_eq!(version(both, &[3, 2]), Some(2));
        assert_eq!(version(SPOKEN, &[2]), None);
        assert_eq!(version(both, &[]), None);
    }

    #[test]
    fn the_versions_are_in_order_and_each_is_there_once() {
        let versions: Vec<u32> = SPOKEN.iter().map(|wire| wire.version).collect();
        assert!(
            versions.is_sorted_by(|newer, older| newer > older),
            "{versions:?}"
        );
    }
}
