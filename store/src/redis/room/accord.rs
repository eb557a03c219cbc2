//! Whether Redis and this server agree on a room.

/// What a look at whom this server holds and at the roster says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Accord {
    Agrees,
    /// Redis is to be told whom this server holds.
    Differs,
}

impl Accord {
    /// Whether both agree.
    pub(crate) fn and(self, other: Self) -> Self {
        match self {
            Self::Agrees => other,
            Self::Differs => self,
        }
    }
}

/// When Redis is to be told whom this server holds. The later in this list, the sooner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Comparison {
    /// Nothing calls for it.
    NotDue,
    /// When Redis answers for this room again. What is said while it does not would wait there, and
    /// be believed when it is no longer true.
    OnceItAnswers,
    Now,
}
