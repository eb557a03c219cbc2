//! What a file is named by, and how it is cut into pieces.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::limits;

/// A SHA-256 digest ([FIPS 180-4](https://csrc.nist.gov/pubs/fips/180-4/upd1/final)). As text it is
/// 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; Digest::BYTES]);

impl Digest {
    /// The length of a digest.
    pub const BYTES: usize = 32;

    /// The digest that is these bytes.
    pub const fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes that it is.
    pub const fn as_bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }
}

/// A text is no digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a digest has 64 lower-case hexadecimal digits")]
pub struct NoDigest;

impl TryFrom<String> for Digest {
    type Error = NoDigest;

    fn try_from(text: String) -> Result<Self, NoDigest> {
        let nibble = |digit: u8| match digit {
            b'0'..=b'9' => Ok(digit - b'0'),
            b'a'..=b'f' => Ok(digit - b'a' + 10),
            _ => Err(NoDigest),
        };
        let (pairs, rest) = text.as_bytes().as_chunks();
        if pairs.len() != Self::BYTES || !rest.is_empty() {
            return Err(NoDigest);
        }
        let mut bytes = [0; Self::BYTES];
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = nibble(*high)? << 4 | nibble(*low)?;
        }
        Ok(Self(bytes))
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// Names a file by its content: the digest of its size, eight bytes with the most significant first,
/// and of the [digests](super::HashList) of its pieces, in order. So it tells what each piece has to
/// be, whoever sends it, and nobody can give a file another size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileId(pub Digest);

/// The size of a file, in bytes: at least 1 and at most [`limits::FILE_BYTES`].
///
/// It says how the file is cut: into pieces of one length, which only the last may fall short of.
/// Small files have small pieces, so that little is lost with a link; none has fewer than 64 KiB nor
/// more than 1 MiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct FileSize(u64);

/// Why there is no file of a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FileSizeError {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Over [`limits::FILE_BYTES`].
    #[error("the file is too large")]
    TooLarge,
}

impl TryFrom<u64> for FileSize {
    type Error = FileSizeError;

    fn try_from(bytes: u64) -> Result<Self, FileSizeError> {
        match bytes {
            0 => Err(FileSizeError::Empty),
            1..=limits::FILE_BYTES => Ok(Self(bytes)),
            _ => Err(FileSizeError::TooLarge),
        }
    }
}

impl From<FileSize> for u64 {
    fn from(size: FileSize) -> Self {
        size.0
    }
}

impl FileSize {
    /// In bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }

    /// Into how many pieces the file is cut.
    pub fn pieces(self) -> u32 {
        // The limits leave at most 2^20.
        u32::try_from(self.0.div_ceil(self.piece_bytes())).unwrap_or(u32::MAX)
    }

    /// Where in the file a piece is, by its number from 0; nothing when there is none.
    pub fn piece(self, number: u32) -> Option<Range<u64>> {
        let start = self.start_of(number);
        let end = start.saturating_add(self.piece_bytes()).min(self.0);
        (start < end).then_some(start..end)
    }

    /// Where in the file a piece begins; beyond the last one, its end.
    pub(super) fn start_of(self, number: u32) -> u64 {
        let start = u64::from(number).saturating_mul(self.piece_bytes());
        start.min(self.0)
    }

    /// The number of the piece in which a byte is.
    pub(super) fn piece_at(self, offset: u64) -> u32 {
        u32::try_from(offset / self.piece_bytes()).unwrap_or(u32::MAX)
    }

    /// How many pieces may be asked for that are not here yet.
    pub(super) fn window(self) -> u32 {
        let pieces = limits::DOWNLOAD_BYTES / self.piece_bytes();
        let pieces = u32::try_from(pieces).unwrap_or(u32::MAX);
        pieces.max(limits::DOWNLOAD_PIECES)
    }

    /// The length of every piece but the last.
    const fn piece_bytes(self) -> u64 {
        let mut bytes = limits::FILE_PIECE_MIN;
        while bytes < limits::FILE_PIECE_MAX && self.0.div_ceil(bytes) > limits::FILE_PIECES {
            bytes *= 2;
        }
        bytes
    }
}

/// What is in a file, whatever it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Content {
    /// What names it.
    pub id: FileId,
    /// How long it is said to be.
    pub size: FileSize,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn size(bytes: u64) -> FileSize {
        FileSize::try_from(bytes).unwrap()
    }

    #[test]
    fn a_file_may_be_as_large_as_the_limit_and_no_larger_and_not_empty() {
        let most = limits::FILE_BYTES;
        for (bytes, read) in [
            (0, Err(FileSizeError::Empty)),
            (1, Ok(FileSize(1))),
            (most - 1, Ok(FileSize(most - 1))),
            (most, Ok(FileSize(most))),
            (most + 1, Err(FileSizeError::TooLarge)),
            (u64::MAX, Err(FileSizeError::TooLarge)),
        ] {
            assert_eq!(FileSize::try_from(bytes), read, "{bytes}");
        }
    }

    #[test]
    fn pieces_grow_with_the_file() {
        const KIB: u64 = 1024;
        const MIB: u64 = 1024 * KIB;
        for (bytes, pieces, first) in [
            (1, 1, 1),
            (64 * KIB, 1, 64 * KIB),
            (64 * KIB + 1, 2, 64 * KIB),
            (16 * MIB, 256, 64 * KIB),
            (16 * MIB + 1, 129, 128 * KIB),
            (256 * MIB, 256, MIB),
            (1024 * MIB, 1024, MIB),
            (limits::FILE_BYTES, 1 << 20, MIB),
        ] {
            assert_eq!(size(bytes).pieces(), pieces, "{bytes}");
            assert_eq!(size(bytes).piece(0), Some(0..first), "{bytes}");
        }
    }

    proptest! {
        #[test]
        fn the_pieces_are_the_file(bytes in 1..=limits::FILE_BYTES, number: u32, at: u64) {
            let size = size(bytes);
            let last = size.pieces() - 1;
            prop_assert_eq!(size.piece(0).map(|it| it.start), Some(0));
            prop_assert_eq!(size.piece(last).map(|it| it.end), Some(bytes));
            prop_assert_eq!(size.piece(last + 1), None);
            let number = number % (last + 1);
            let piece = size.piece(number).unwrap();
            let next = size.piece(number + 1).map_or(bytes, |it| it.start);
            prop_assert_eq!(piece.end, next);
            let at = at % bytes;
            prop_assert!(size.piece(size.piece_at(at)).unwrap().contains(&at));
        }

        #[test]
        fn a_digest_is_its_text(bytes: [u8; Digest::BYTES]) {
            let digest = Digest::from_bytes(bytes);
            prop_assert_eq!(Digest::try_from(digest.to_string()), Ok(digest));
        }
    }

    #[test]
    fn nothing_but_64_digits_is_a_digest() {
        for text in [
            "",
            "0",
            &"0".repeat(63),
            &"0".repeat(65),
            &"A".repeat(64),
            &"é".repeat(32),
        ] {
            assert_eq!(Digest::try_from(text.to_owned()), Err(NoDigest), "{text}");
        }
    }
}
