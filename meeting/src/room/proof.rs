//! What brings a participant back to their seat.

use std::fmt;

/// The SHA-256 of the changing part of a resume token. A room knows tokens by their hashes alone,
/// so what it stores lets nobody in.
#[derive(Clone, Copy, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash made of these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes of the hash.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether the two are equal, in a time that does not depend on where they differ.
    pub fn matches(&self, other: &Self) -> bool {
        let difference = self
            .0
            .iter()
            .zip(&other.0)
            .fold(0, |sum, (a, b)| sum | (a ^ b));
        std::hint::black_box(difference) == 0
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TokenHash(..)")
    }
}

/// The proofs that bring a participant back: the one they were given last, and the one they
/// showed to get it. That one holds until they show the new one, so a lost answer strands nobody.
#[derive(Clone, Copy, Debug, Hash)]
pub(super) struct Proofs {
    pub(super) given: TokenHash,
    pub(super) shown: Option<TokenHash>,
}

impl Proofs {
    /// Whether this is one of them.
    pub(super) fn accept(&self, proof: &TokenHash) -> bool {
        let given = self.given.matches(proof);
        let shown = self.shown.is_some_and(|shown| shown.matches(proof));
        given | shown
    }

    /// Whether this is the newest one, so that its holder heard the last answer.
    pub(super) fn is_newest(&self, proof: &TokenHash) -> bool {
        self.given.matches(proof)
    }
}
