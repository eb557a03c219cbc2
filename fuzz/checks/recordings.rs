//! What a browser records: whatever it is, what is made of it is a file with the same in it.

use meeting::recording::webm::Index;

/// The bytes of a recording.
pub fn webm(bytes: &[u8]) {
    let index = read(bytes.chunks(bytes.len().max(1)));
    let in_pieces = read(bytes.chunks(7));
    assert_eq!(index.duration(), in_pieces.duration());
    let ends = index.finish();
    assert_eq!(ends, in_pieces.finish());
    let Some(ends) = ends else {
        return;
    };
    let [start, end] = [ends.body.start, ends.body.end].map(|at| at.try_into().expect("a length"));
    let body = bytes.get::<std::ops::Range<usize>>(start..end);
    let body = body.expect("a part of what was recorded");
    let finished = [&ends.head, body, &ends.tail].concat();
    let again = read([&finished[..]])
        .finish()
        .expect("a file that can be understood");
    assert_eq!((again.head, again.tail), (ends.head, ends.tail));
}

fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Index {
    let mut index = Index::default();
    pieces.into_iter().for_each(|piece| index.push(piece));
    index
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus;

    #[test]
    fn every_recording_of_the_corpus_becomes_a_file_with_the_same_in_it() {
        corpus::each_bytes("webm", webm);
    }
}
