//! Who is in the room.

use meeting::id::{InstanceId, ParticipantId};
use meeting::signaling::Participant;

use crate::participant::participant;

/// What Mallory's page says that its instance is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guise {
    ItsOwn,
    Anns,
    Vics,
}

impl Guise {
    pub(crate) const ALL: [Self; 3] = [Self::ItsOwn, Self::Anns, Self::Vics];

    fn instance(self) -> InstanceId {
        match self {
            Self::ItsOwn => InstanceId::from_random(4),
            Self::Anns => ann().instance,
            Self::Vics => victims_instance(),
        }
    }
}

pub(crate) fn ann() -> Participant {
    participant(1, "Ann")
}

pub(crate) fn vic() -> Participant {
    participant(2, "Vic")
}

pub(crate) fn ben() -> Participant {
    participant(3, "Ben")
}

pub(crate) fn mallory(guise: Guise) -> Participant {
    Participant {
        instance: guise.instance(),
        ..participant(4, "Mallory")
    }
}

pub(crate) fn mallorys_id() -> ParticipantId {
    participant(4, "Mallory").id
}

pub(crate) fn victims_instance() -> InstanceId {
    vic().instance
}

pub(crate) fn victims_old_instance() -> InstanceId {
    InstanceId::from_random(222)
}

pub(crate) fn mallorys_instances() -> [InstanceId; 3] {
    Guise::ALL.map(Guise::instance)
}
