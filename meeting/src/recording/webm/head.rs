//! What comes before the clusters: as it was read, and as it is written.

use super::Ends;
use super::body::Clusters;
use super::ebml::{Child, Header, Id, child, children, element, float_element, unsigned_element};
use super::ids;
use super::timeline::Timeline;

/// What comes before the clusters may be so long. A recording has some hundred bytes of it.
const MOST: usize = 1024 * 1024;

/// The kinds of file that there are.
const DOC_TYPES: [&[u8]; 2] = [b"webm", b"matroska"];

/// What was read before the first cluster.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// What the file begins with.
    ebml: Vec<u8>,
    /// What was said of the whole, but for what is no longer true.
    info: Option<Vec<u8>>,
    /// Everything else, as it came.
    others: Vec<u8>,
    /// Where in there the tracks are.
    tracks: Option<usize>,
}

impl Head {
    /// How much more may come before the first cluster, in bytes.
    pub(super) fn room(&self) -> usize {
        let info = self.info.as_ref().map_or(0, Vec::len);
        MOST.saturating_sub(self.ebml.len() + info + self.others.len())
    }

    /// Takes the element with which the file begins. Says whether this is a file of a kind that is known.
    pub(super) fn take_ebml(&mut self, element: Child<'_>) -> bool {
        element.whole.clone_into(&mut self.ebml);
        let doc_type = child(element.data, ids::DOC_TYPE);
        // A text may be padded with zeros.
        let doc_type = doc_type.and_then(|text| text.split(|byte| *byte == 0).next());
        doc_type.is_some_and(|it| DOC_TYPES.contains(&it))
    }

    /// Takes an element of the segment, as it came.
    pub(super) fn take(&mut self, Child { id, data, whole }: Child<'_>) {
        match id {
            ids::SEEK_HEAD | ids::CUES | ids::VOID | ids::CRC_32 => {}
            ids::INFO => {
                self.info.get_or_insert_with(|| lasting(data));
            }
            ids::TRACKS => {
                self.tracks.get_or_insert(self.others.len());
                self.others.extend(whole);
            }
            _ => self.others.extend(whole),
        }
    }

    /// The tracks that it tells of; nothing where it tells of none.
    pub(super) fn timeline(&self) -> Option<Timeline> {
        let tracks = self.others.get(self.tracks?..)?;
        Timeline::read(self.info.as_deref()?, child(tracks, ids::TRACKS)?)
    }

    /// What is to come before and after the clusters.
    pub(super) fn write(&self, clusters: Clusters) -> Ends {
        let Clusters {
            body,
            duration,
            have_sizes,
            cues,
        } = clusters;
        let bytes = body.end.saturating_sub(body.start);
        let info = self.info.iter().flatten().copied();
        let info = info.chain(float_element(ids::DURATION, as_float(duration)));
        let info = element(ids::INFO, &info.collect::<Vec<_>>());
        let seek_head = |itself: u64| {
            let tracks_at = itself + length(&info) + self.tracks.map_or(0, number);
            let clusters_at = itself + length(&info) + length(&self.others);
            let cues_at = (!cues.is_empty()).then_some((ids::CUES, clusters_at + bytes));
            let all = [(ids::INFO, itself), (ids::TRACKS, tracks_at)];
            (seek_head(all.into_iter().chain(cues_at)), clusters_at)
        };
        // It is as long whatever it says.
        let (draft, _) = seek_head(0);
        let (seek_head, clusters_at) = seek_head(length(&draft));
        let tail = if cues.is_empty() {
            Vec::new()
        } else {
            cues.write(body.start, clusters_at)
        };
        // FFmpeg, and with it many players, takes no cluster of unknown size in a segment of known size.
        let size = have_sizes.then_some(clusters_at + bytes + length(&tail));
        let id = ids::SEGMENT;
        let segment = Header { id, size }.write();
        let head = [&self.ebml, &segment, &seek_head, &info, &self.others];
        let head = head.into_iter().flatten().copied().collect();
        Ends { head, body, tail }
    }
}

/// The part of an Info element that stays true: not how long the file is, nor a checksum.
fn lasting(info: &[u8]) -> Vec<u8> {
    let stays = |id| !matches!(id, ids::DURATION | ids::CRC_32 | ids::VOID);
    let children = children(info).filter(|child| stays(child.id));
    children.flat_map(|child| child.whole).copied().collect()
}

/// Where in the segment the elements of some kinds are, in bytes from the beginning of its data.
fn seek_head(elements: impl Iterator<Item = (Id, u64)>) -> Vec<u8> {
    let seeks = elements.map(|(id, position)| {
        let seek = [
            unsigned_element(ids::SEEK_ID, id.into()),
            element(ids::SEEK_POSITION, &position.to_be_bytes()),
        ];
        element(ids::SEEK, &seek.concat())
    });
    element(ids::SEEK_HEAD, &seeks.flatten().collect::<Vec<_>>())
}

fn length(bytes: &[u8]) -> u64 {
    number(bytes.len())
}

fn number(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// So many ticks as the file says it. More than 2^53 are rounded.
#[expect(clippy::cast_precision_loss, reason = "nobody records for so long")]
const fn as_float(ticks: u64) -> f64 {
    ticks as f64
}
