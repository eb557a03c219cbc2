//! The digests of the pieces of a file.

use std::ops::Range;

use super::content::{Digest, FileSize};

/// The digests of the pieces of a file, in order: all of them, or of the first so many. What names
/// the file is the digest of its size and of all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HashList(Vec<u8>);

/// The bytes that stand before the list where the digest that names the file is taken.
const SIZE_BYTES: usize = 8;

impl HashList {
    /// How many digests there are.
    pub fn len(&self) -> u32 {
        u32::try_from(self.0.len() / Digest::BYTES).unwrap_or(u32::MAX)
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the digest of the next piece.
    pub fn push(&mut self, digest: &Digest) {
        self.0.extend(digest.as_bytes());
    }

    /// The bytes of which the digest names the file.
    pub fn to_preimage(&self, size: FileSize) -> Vec<u8> {
        [&size.bytes().to_be_bytes()[..], &self.0].concat()
    }

    /// The list that is these bytes.
    pub(super) const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Takes the list out of the bytes of which the digest was taken.
    pub(super) fn from_preimage(mut bytes: Vec<u8>) -> Self {
        bytes.drain(..bytes.len().min(SIZE_BYTES));
        Self(bytes)
    }

    /// Whether a piece has this digest.
    pub(super) fn is(&self, number: u32, digest: &Digest) -> bool {
        let expected = self.bytes(number..number.saturating_add(1));
        expected == digest.as_bytes()
    }

    /// The bytes of the digests of some pieces, as far as they are there.
    pub(super) fn bytes(&self, pieces: Range<u32>) -> &[u8] {
        let start = offset(pieces.start).min(self.0.len());
        let end = offset(pieces.end).clamp(start, self.0.len());
        self.0.get(start..end).unwrap_or_default()
    }

    /// How many digests the beginnings of two lists have in common.
    pub(super) fn common(&self, other: &Self) -> u32 {
        let (ours, _) = self.0.as_chunks::<{ Digest::BYTES }>();
        let (theirs, _) = other.0.as_chunks::<{ Digest::BYTES }>();
        let same = ours
            .iter()
            .zip(theirs)
            .take_while(|(one, other)| one == other);
        u32::try_from(same.count()).unwrap_or(u32::MAX)
    }
}

/// Where in a list the digest of a piece begins.
fn offset(number: u32) -> usize {
    usize::try_from(number).map_or(usize::MAX, |it| it.saturating_mul(Digest::BYTES))
}

/// How long the list of a file is, in bytes.
pub(super) fn list_bytes(size: FileSize) -> u64 {
    u64::from(size.pieces()) * Digest::BYTES as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(number: u8) -> Digest {
        Digest::from_bytes([number; Digest::BYTES])
    }

    fn list(numbers: &[u8]) -> HashList {
        let mut list = HashList::default();
        for number in numbers {
            list.push(&digest(*number));
        }
        list
    }

    #[test]
    fn a_list_is_what_stands_after_the_size() {
        let size = FileSize::try_from(0x0102).unwrap();
        let bytes = list(&[7, 8]).to_preimage(size);
        assert_eq!(bytes[..9], [0, 0, 0, 0, 0, 0, 1, 2, 7]);
        assert_eq!(HashList::from_preimage(bytes), list(&[7, 8]));
        assert!(HashList::from_preimage(vec![1, 2]).is_empty());
    }

    #[test]
    fn it_knows_each_of_its_digests_and_no_more() {
        let list = list(&[7, 8]);
        assert!(list.is(0, &digest(7)) && list.is(1, &digest(8)));
        assert!(
            !list.is(0, &digest(8)) && !list.is(2, &digest(8)) && !list.is(u32::MAX, &digest(8))
        );
        assert_eq!(list.bytes(1..9), [8; Digest::BYTES]);
        assert!(list.bytes(u32::MAX - 1..u32::MAX).is_empty());
    }

    #[test]
    fn what_two_lists_have_in_common_is_how_they_begin() {
        for (one, other, common) in [
            (&[1, 2, 3][..], &[1, 2, 4][..], 2),
            (&[1, 2], &[1, 2, 3], 2),
            (&[], &[1], 0),
            (&[9, 2], &[1, 2], 0),
        ] {
            assert_eq!(list(one).common(&list(other)), common, "{one:?} {other:?}");
        }
    }
}
