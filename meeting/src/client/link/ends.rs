//! What is at the two ends of a link, and what follows from that.

use crate::id::{ConnectionId, InstanceId, ParticipantId};

/// What is at the two ends.
#[derive(Clone, Debug)]
pub(in crate::client) struct Ends {
    /// Whose page is at the far end.
    pub(in crate::client) far_end: ParticipantId,
    pub(in crate::client) local_instance: InstanceId,
    pub(in crate::client) remote_instance: InstanceId,
    /// Of two participants the one with the smaller id is polite. Both ends can tell.
    pub(in crate::client) polite: bool,
}

impl Ends {
    /// The connection of this number between the two pages.
    pub(super) fn connection(&self, attempt: u32) -> ConnectionId {
        let (local, remote) = (self.local_instance.clone(), self.remote_instance.clone());
        let (polite, impolite) = if self.polite {
            (local, remote)
        } else {
            (remote, local)
        };
        ConnectionId {
            polite,
            impolite,
            attempt,
        }
    }
}
