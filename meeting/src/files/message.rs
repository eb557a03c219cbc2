//! What crosses the file channel between two pages: bytes.
//!
//! | kind | transfer | what follows |
//! |---|---|---|
//! | 1, fetch | 4 bytes | 1 byte: 0 for digests, 1 for pieces; 32 bytes: the file; 4: the first piece; 4: the one after the last |
//! | 2, data | 4 bytes | 8 bytes: the offset; the rest: the bytes from there on |
//! | 3, refuse | 4 bytes | |
//! | 4, cancel | 4 bytes | |
//!
//! The kind is one byte. Numbers have their most significant byte first. What stands behind a message
//! other than `data` is from a newer page, and ignored, and so is another kind.

use thiserror::Error;

use super::content::{Digest, FileId};
use crate::limits;

const FETCH: u8 = 1;
const DATA: u8 = 2;
const REFUSE: u8 = 3;
const CANCEL: u8 = 4;
const HASHES: u8 = 0;
const PIECES: u8 = 1;

/// The header of `data`, in bytes.
const DATA_HEADER_BYTES: usize = 13;

/// One message on the file channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileMessage<'a> {
    /// The sender wants some of a file, or some more of it.
    Fetch(Fetch),
    /// Some of what the receiver wanted.
    Data(Data<'a>),
    /// The sender does not have what was wanted, or serves too much already.
    Refuse(TransferId),
    /// The sender wants no more of a transfer.
    Cancel(TransferId),
}

/// Names a transfer, as whoever fetches calls it. Each of their transfers has another name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransferId(pub u32);

/// What somebody wants. Said again of the same transfer, it only moves the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fetch {
    /// What they call it.
    pub transfer: TransferId,
    /// Which bytes of the file.
    pub part: Part,
    /// Of which file.
    pub id: FileId,
    /// From which piece on.
    pub from: u32,
    /// Up to which piece, which is not wanted itself.
    pub until: u32,
}

/// What there is to be had of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The digests of its pieces.
    Hashes,
    /// The pieces.
    Pieces,
}

/// Bytes on their way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Data<'a> {
    /// Of which transfer, as whoever fetches calls it.
    pub transfer: TransferId,
    /// Where in the file they begin, or in the list of its digests.
    pub offset: u64,
    /// At most [`limits::FILE_DATA_BYTES`].
    pub bytes: &'a [u8],
}

/// Why bytes are not a message of the file channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FileMessageError {
    /// Longer than any message.
    #[error("a message on the file channel is too long")]
    TooLong,
    /// Cut off, or a value that there is not.
    #[error("a message on the file channel cannot be read")]
    Malformed,
    /// Of a kind that only a newer page knows.
    #[error("a message on the file channel is of a kind that is not known")]
    Unknown,
}

impl<'a> FileMessage<'a> {
    /// Reads one message.
    ///
    /// # Errors
    ///
    /// When it is over a limit, or no message that this version knows.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, FileMessageError> {
        if bytes.len() > DATA_HEADER_BYTES + limits::FILE_DATA_BYTES {
            return Err(FileMessageError::TooLong);
        }
        let mut rest = bytes;
        let [kind] = take(&mut rest)?;
        if !matches!(kind, FETCH | DATA | REFUSE | CANCEL) {
            return Err(FileMessageError::Unknown);
        }
        let transfer = TransferId(u32::from_be_bytes(take(&mut rest)?));
        Ok(match kind {
            FETCH => Self::Fetch(Fetch {
                transfer,
                part: match take(&mut rest)? {
                    [HASHES] => Part::Hashes,
                    [PIECES] => Part::Pieces,
                    [_] => return Err(FileMessageError::Malformed),
                },
                id: FileId(Digest::from_bytes(take(&mut rest)?)),
                from: u32::from_be_bytes(take(&mut rest)?),
                until: u32::from_be_bytes(take(&mut rest)?),
            }),
            DATA => Self::Data(Data {
                transfer,
                offset: u64::from_be_bytes(take(&mut rest)?),
                bytes: rest,
            }),
            REFUSE => Self::Refuse(transfer),
            _ => Self::Cancel(transfer),
        })
    }

    /// The bytes for the channel.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Fetch(fetch) => {
                let part = match fetch.part {
                    Part::Hashes => HASHES,
                    Part::Pieces => PIECES,
                };
                let mut bytes = begin(FETCH, fetch.transfer);
                bytes.push(part);
                bytes.extend(fetch.id.0.as_bytes());
                bytes.extend(fetch.from.to_be_bytes());
                bytes.extend(fetch.until.to_be_bytes());
                bytes
            }
            Self::Data(data) => {
                let mut bytes = begin(DATA, data.transfer);
                bytes.reserve_exact(size_of::<u64>() + data.bytes.len());
                bytes.extend(data.offset.to_be_bytes());
                bytes.extend(data.bytes);
                bytes
            }
            Self::Refuse(transfer) => begin(REFUSE, *transfer),
            Self::Cancel(transfer) => begin(CANCEL, *transfer),
        }
    }
}

fn begin(kind: u8, transfer: TransferId) -> Vec<u8> {
    let mut bytes = vec![kind];
    bytes.extend(transfer.0.to_be_bytes());
    bytes
}

/// Takes so many bytes from the front.
fn take<const BYTES: usize>(rest: &mut &[u8]) -> Result<[u8; BYTES], FileMessageError> {
    let (taken, left) = rest
        .split_first_chunk()
        .ok_or(FileMessageError::Malformed)?;
    *rest = left;
    Ok(*taken)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn any_message() -> impl Strategy<Value = (u8, Fetch, u64, Vec<u8>)> {
        let part = prop_oneof![Just(Part::Hashes), Just(Part::Pieces)];
        let fetch = (
            any::<u32>(),
            part,
            any::<[u8; 32]>(),
            any::<u32>(),
            any::<u32>(),
        );
        let fetch = fetch.prop_map(|(transfer, part, id, from, until)| Fetch {
            transfer: TransferId(transfer),
            part,
            id: FileId(Digest::from_bytes(id)),
            from,
            until,
        });
        (0..4_u8, fetch, any::<u64>(), vec(any::<u8>(), 0..100))
    }

    fn message((kind, fetch, offset, bytes): &(u8, Fetch, u64, Vec<u8>)) -> FileMessage<'_> {
        let (transfer, offset) = (fetch.transfer, *offset);
        match kind {
            0 => FileMessage::Fetch(*fetch),
            1 => FileMessage::Data(Data {
                transfer,
                offset,
                bytes,
            }),
            2 => FileMessage::Refuse(transfer),
            _ => FileMessage::Cancel(transfer),
        }
    }

    proptest! {
        #[test]
        fn a_message_is_read_as_it_was_written(parts in any_message()) {
            let message = message(&parts);
            let bytes = message.to_bytes();
            prop_assert_eq!(FileMessage::parse(&bytes), Ok(message));
        }

        #[test]
        fn what_a_newer_page_adds_to_a_message_is_ignored_and_what_is_cut_off_is_none(
            parts in any_message(), more in vec(any::<u8>(), 1..50), cut in 1..50_usize,
        ) {
            let message = message(&parts);
            let mut bytes = message.to_bytes();
            let cut = bytes.len().saturating_sub(cut);
            if !matches!(message, FileMessage::Data(_)) {
                prop_assert!(FileMessage::parse(&bytes[..cut]).is_err());
                bytes.extend(&more);
                prop_assert_eq!(FileMessage::parse(&bytes), Ok(message));
            }
        }

        #[test]
        fn whatever_comes_is_read_as_something_that_reads_the_same_again_or_as_nothing(
            bytes in vec(any::<u8>(), 0..200), kind in 0..6_u8,
        ) {
            let bytes = [&[kind], &bytes[..]].concat();
            if let Ok(message) = FileMessage::parse(&bytes) {
                let written = message.to_bytes();
                prop_assert_eq!(FileMessage::parse(&written), Ok(message));
            }
        }
    }

    #[test]
    fn as_much_data_as_the_limit_passes_and_no_more() {
        let most = limits::FILE_DATA_BYTES;
        for (length, passes) in [(most - 1, true), (most, true), (most + 1, false)] {
            let bytes = vec![7; length];
            let (transfer, offset) = (TransferId(1), u64::MAX);
            let message = FileMessage::Data(Data {
                transfer,
                offset,
                bytes: &bytes,
            });
            assert_eq!(
                FileMessage::parse(&message.to_bytes()).is_ok(),
                passes,
                "{length}"
            );
        }
    }

    #[test]
    fn another_kind_is_known_for_one() {
        for kind in [0, 5, 255] {
            assert_eq!(FileMessage::parse(&[kind]), Err(FileMessageError::Unknown));
        }
        assert_eq!(FileMessage::parse(&[]), Err(FileMessageError::Malformed));
    }
}
