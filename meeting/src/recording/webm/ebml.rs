//! The elements of which a Matroska file is made
//! ([EBML, RFC 8794](https://www.rfc-editor.org/rfc/rfc8794)): read from bytes, and written.

/// What an element is, with the marker of its length
/// ([§5](https://www.rfc-editor.org/rfc/rfc8794#section-5)).
pub(super) type Id = u32;

/// What comes before the data of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) id: Id,
    /// How many bytes of data there are; nothing where that was not known when it was written
    /// ([§6.2](https://www.rfc-editor.org/rfc/rfc8794#section-6.2)).
    pub(super) size: Option<u64>,
}

/// No element begins like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// The longest id and the longest size.
const ID_BYTES: usize = 4;
const SIZE_BYTES: usize = 8;

/// Reads the header at the beginning of some bytes, and how long it is; nothing if more are needed.
pub(super) fn header(bytes: &[u8]) -> Result<Option<(Header, usize)>, Malformed> {
    let Some((id, rest)) = variable(bytes, ID_BYTES)? else {
        return Ok(None);
    };
    let Some((size, rest)) = variable(rest, SIZE_BYTES)? else {
        return Ok(None);
    };
    let id = u32::try_from(number(id)).map_err(|_| Malformed)?;
    let size = value(size);
    Ok(Some((Header { id, size }, bytes.len() - rest.len())))
}

/// The beginning of some bytes, and the rest.
type Split<'a> = (&'a [u8], &'a [u8]);

/// Splits off a variable-size integer, whose first byte says how long it is
/// ([§4](https://www.rfc-editor.org/rfc/rfc8794#section-4)).
fn variable(bytes: &[u8], longest: usize) -> Result<Option<Split<'_>>, Malformed> {
    let Some(first) = bytes.first() else {
        return Ok(None);
    };
    let length = usize::try_from(first.leading_zeros()).map_err(|_| Malformed)? + 1;
    if length > longest {
        return Err(Malformed);
    }
    Ok(bytes.split_at_checked(length))
}

/// What a variable-size integer of at most eight bytes says; nothing if all its bits are set.
fn value(bytes: &[u8]) -> Option<u64> {
    let mask = (1 << (7 * bytes.len())) - 1;
    let value = number(bytes) & mask;
    (value != mask).then_some(value)
}

/// A variable-size integer at the beginning of some bytes, and what comes after it.
pub(super) fn integer(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (integer, rest) = variable(bytes, SIZE_BYTES).ok()??;
    Some((value(integer)?, rest))
}

/// An unsigned integer, which is all the data of an element
/// ([§7.2](https://www.rfc-editor.org/rfc/rfc8794#section-7.2)).
pub(super) fn unsigned(data: &[u8]) -> Option<u64> {
    (data.len() <= SIZE_BYTES).then(|| number(data))
}

fn number(bytes: &[u8]) -> u64 {
    let append = |number: u64, byte: &u8| (number << 8) | u64::from(*byte);
    bytes.iter().fold(0, append)
}

/// An element whose data are elements, or anything else.
#[derive(Clone, Copy, Debug)]
pub(super) struct Child<'a> {
    pub(super) id: Id,
    pub(super) data: &'a [u8],
    /// The data and the header before them.
    pub(super) whole: &'a [u8],
}

/// The elements that some data consist of, up to the first one that is malformed or cut off.
pub(super) fn children(mut data: &[u8]) -> impl Iterator<Item = Child<'_>> {
    std::iter::from_fn(move || {
        let (Header { id, size }, length) = header(data).ok()??;
        let end = usize::try_from(size?).ok()?.checked_add(length)?;
        let (whole, rest) = data.split_at_checked(end)?;
        data = rest;
        let data = whole.get(length..)?;
        Some(Child { id, data, whole })
    })
}

/// The data of the first child of this kind.
pub(super) fn child(data: &[u8], id: Id) -> Option<&[u8]> {
    let mut children = children(data);
    children.find(|child| child.id == id).map(|it| it.data)
}

/// An element, written.
pub(super) fn element(id: Id, data: &[u8]) -> Vec<u8> {
    let mut bytes = without_zeros(id.into());
    let size = u64::try_from(data.len()).unwrap_or(u64::MAX);
    let fits = |length: &u32| size < (1 << (7 * length)) - 1;
    let length = (1..8).find(fits).unwrap_or(8);
    let marked = size | (1 << (7 * length));
    bytes.extend(without_zeros(marked));
    bytes.extend(data);
    bytes
}

impl Header {
    /// The header, written; as long whatever the size is.
    pub(super) fn write(self) -> Vec<u8> {
        let mut bytes = without_zeros(self.id.into());
        let size = self.size.unwrap_or((1 << 56) - 1);
        bytes.extend((size | 1 << 56).to_be_bytes());
        bytes
    }
}

/// An element that holds an unsigned integer.
pub(super) fn unsigned_element(id: Id, value: u64) -> Vec<u8> {
    element(id, &without_zeros(value))
}

/// An element that holds a number with a fraction
/// ([§7.3](https://www.rfc-editor.org/rfc/rfc8794#section-7.3)).
pub(super) fn float_element(id: Id, value: f64) -> Vec<u8> {
    element(id, &value.to_be_bytes())
}

/// The bytes of a number, without zeros at the beginning; at least one.
fn without_zeros(value: u64) -> Vec<u8> {
    let zeros = usize::try_from(value.leading_zeros() / 8).unwrap_or_default();
    value.to_be_bytes().into_iter().skip(zeros.min(7)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_when_all_of_it_is_there() {
        let bytes = [0x1A, 0x45, 0xDF, 0xA3, 0x40, 0x02];
        for length in 0..bytes.len() {
            assert_eq!(header(&bytes[..length]), Ok(None));
        }
        let read = Header {
            id: 0x1A45_DFA3,
            size: Some(2),
        };
        assert_eq!(header(&bytes), Ok(Some((read, 6))));
    }

    #[test]
    fn a_size_of_which_all_bits_are_set_is_not_known() {
        for size in [
            &[0xFF][..],
            &[0x7F, 0xFF],
            &[0x01, 255, 255, 255, 255, 255, 255, 255],
        ] {
            let bytes = [&[0xA3], size].concat();
            let read = Header {
                id: 0xA3,
                size: None,
            };
            assert_eq!(header(&bytes), Ok(Some((read, bytes.len()))));
        }
    }

    #[test]
    fn what_is_longer_than_any_id_or_size_is_no_element() {
        for bytes in [&[0x00][..], &[0x08], &[0xA3, 0x00]] {
            assert_eq!(header(bytes), Err(Malformed));
        }
    }

    #[test]
    fn an_element_is_written_as_it_is_read() {
        for length in [0, 1, 126, 127, 128, 16_382, 16_383, 70_000] {
            let written = element(0x4489, &vec![7; length]);
            let read: Vec<_> = children(&written).collect();
            let [only] = read[..] else {
                panic!("one element was expected")
            };
            assert_eq!((only.id, only.data.len()), (0x4489, length));
            assert_eq!(only.whole, written);
        }
        for value in [0, 1, 255, 256, u64::MAX] {
            let written = unsigned_element(0xD7, value);
            assert_eq!(child(&written, 0xD7).and_then(unsigned), Some(value));
        }
    }

    #[test]
    fn what_is_cut_off_is_not_among_the_children() {
        let mut bytes = element(0xD7, &[1]);
        bytes.extend([0x83, 0x84, 1, 2, 3]);
        assert_eq!(children(&bytes).count(), 1);
    }
}
