//! A finished file, as a player reads it that forgives nothing.

use std::ops::Range;

use super::written::Block;

/// What a player finds in a file.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Played {
    /// In ticks.
    pub(crate) duration: f64,
    /// What else is said of the whole.
    pub(crate) info: Vec<(u32, Vec<u8>)>,
    /// As they are written.
    pub(crate) tracks: Vec<u8>,
    /// Time, track and position of each cue.
    pub(crate) cues: Vec<(u64, u64, u64)>,
    /// Of each cluster its position and its blocks, with times in ticks.
    pub(crate) clusters: Vec<(u64, Vec<Block>)>,
}

const SEGMENT: u32 = 0x1853_8067;
const SEEK_HEAD: u32 = 0x114D_9B74;
const INFO: u32 = 0x1549_A966;
const TRACKS: u32 = 0x1654_AE6B;
const CLUSTER: u32 = 0x1F43_B675;
const CUES: u32 = 0x1C53_BB6B;
const TAGS: u32 = 0x1254_C367;

struct Element {
    id: u32,
    start: usize,
    has_size: bool,
    data: Range<usize>,
}

struct File<'a>(&'a [u8]);

impl Played {
    /// Plays a file.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let file = File(bytes);
        let all = file.elements(&(0..bytes.len()));
        let [ebml, segment] = &all[..] else {
            panic!("{} elements in the file", all.len())
        };
        assert_eq!((ebml.id, segment.id), (0x1A45_DFA3, SEGMENT));
        let parts = file.elements(&segment.data);
        let position = |it: &Element| u64::try_from(it.start - segment.data.start).unwrap();

        let mut clusters = parts.iter().filter(|it| it.id == CLUSTER);
        assert_eq!(
            segment.has_size,
            clusters.all(|it| it.has_size),
            "the segment has a size if all clusters in it have one"
        );

        let mut played = Self::default();
        for it in &parts {
            match it.id {
                INFO => played.read_info(&file, it),
                TRACKS => played.tracks = bytes[it.start..it.data.end].to_vec(),
                CLUSTER => played.clusters.push((position(it), file.blocks(&it.data))),
                CUES => played.cues = file.cues(&it.data),
                _ => {}
            }
        }
        played.has_something_at_each_cue();
        assert_eq!(parts[0].id, SEEK_HEAD);
        let known = [INFO, TRACKS, CUES];
        let there = parts.iter().filter(|it| known.contains(&it.id));
        let there: Vec<_> = there.map(|it| (it.id.into(), position(it))).collect();
        assert_eq!(file.seeks(&parts[0].data), there, "where things should be");
        played
    }

    fn read_info(&mut self, file: &File<'_>, info: &Element) {
        for said in file.elements(&info.data) {
            let data = file.0[said.data].to_vec();
            if said.id == 0x4489 {
                self.duration = f64::from_be_bytes(data.try_into().unwrap());
            } else {
                self.info.push((said.id, data));
            }
        }
    }

    /// Each cue leads to a cluster that has such a block.
    fn has_something_at_each_cue(&self) {
        for (time, track, position) in &self.cues {
            let cluster = self.clusters.iter().find(|(start, _)| start == position);
            let (_, blocks) = cluster.unwrap_or_else(|| panic!("no cluster at {position}"));
            let mut blocks = blocks.iter();
            assert!(blocks.any(|it| it.track == *track && it.at == *time));
        }
        assert!(self.cues.is_sorted());
    }

    /// All that is to be seen and heard, in order.
    pub(crate) fn blocks(&self) -> Vec<Block> {
        let clusters = self.clusters.iter();
        clusters.flat_map(|(_, blocks)| blocks.clone()).collect()
    }
}

impl File<'_> {
    fn elements(&self, range: &Range<usize>) -> Vec<Element> {
        let mut elements: Vec<Element> = Vec::new();
        let mut at = range.start;
        while at < range.end {
            let element = self.element(at, range.end);
            at = element.data.end;
            elements.push(element);
        }
        elements
    }

    fn element(&self, start: usize, limit: usize) -> Element {
        let (id, id_length) = self.variable(start);
        let (size, size_length) = self.variable(start + id_length);
        let data = start + id_length + size_length;
        let id = u32::try_from(id).unwrap();
        let mask = (1 << (7 * size_length)) - 1;
        let has_size = size & mask != mask;
        let end = match id {
            _ if has_size => data + usize::try_from(size & mask).unwrap(),
            SEGMENT => limit,
            CLUSTER => self.end_of_cluster(data, limit),
            _ => panic!("{id:X} has no size"),
        };
        assert!(
            end <= limit,
            "{id:X} at {start} ends at {end}, beyond {limit}"
        );
        Element {
            id,
            start,
            has_size,
            data: data..end,
        }
    }

    /// A cluster of unknown size ends with the first thing that cannot be in it.
    fn end_of_cluster(&self, data: usize, limit: usize) -> usize {
        let outside = [SEEK_HEAD, INFO, TRACKS, CLUSTER, CUES, TAGS];
        let mut at = data;
        while at < limit && !outside.contains(&u32::try_from(self.variable(at).0).unwrap()) {
            at = self.element(at, limit).data.end;
        }
        at
    }

    /// A number of variable length, with the mark of its length, and that.
    fn variable(&self, at: usize) -> (u64, usize) {
        let length = usize::try_from(self.0[at].leading_zeros()).unwrap() + 1;
        (self.number(&(at..at + length)), length)
    }

    fn number(&self, range: &Range<usize>) -> u64 {
        assert!(range.len() <= 8);
        let bytes = self.0[range.clone()].iter();
        bytes.fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
    }

    fn find(&self, range: &Range<usize>, id: u32) -> Option<Range<usize>> {
        let mut found = self.elements(range).into_iter().filter(|it| it.id == id);
        let first = found.next();
        assert!(found.next().is_none(), "two {id:X}");
        first.map(|it| it.data)
    }

    fn number_in(&self, range: &Range<usize>, id: u32) -> u64 {
        self.number(&self.find(range, id).unwrap())
    }

    fn seeks(&self, data: &Range<usize>) -> Vec<(u64, u64)> {
        let seeks = self.elements(data).into_iter();
        let seek = |it: Element| {
            let number = |id| self.number_in(&it.data, id);
            (number(0x53AB), number(0x53AC))
        };
        seeks.map(seek).collect()
    }

    fn cues(&self, data: &Range<usize>) -> Vec<(u64, u64, u64)> {
        let cues = self.elements(data).into_iter();
        let cue = |it: Element| {
            let place = self.find(&it.data, 0xB7).unwrap();
            let number = |id| self.number_in(&place, id);
            (self.number_in(&it.data, 0xB3), number(0xF7), number(0xF1))
        };
        cues.map(cue).collect()
    }

    fn blocks(&self, cluster: &Range<usize>) -> Vec<Block> {
        let from = self.number_in(cluster, 0xE7);
        let parts = self.elements(cluster).into_iter();
        let block = |it: Element| match it.id {
            0xA3 => {
                let is_key = self.0[it.data.start + 3] & 0x80 != 0;
                Some(self.block(&it.data, from, is_key))
            }
            0xA0 => {
                let is_key = self.find(&it.data, 0xFB).is_none();
                Some(self.block(&self.find(&it.data, 0xA1).unwrap(), from, is_key))
            }
            _ => None,
        };
        parts.filter_map(block).collect()
    }

    fn block(&self, data: &Range<usize>, from: u64, is_key: bool) -> Block {
        let start = data.start;
        let relative = i16::from_be_bytes([self.0[start + 1], self.0[start + 2]]);
        Block {
            track: u64::from(self.0[start] & 0x7F),
            at: from.checked_add_signed(relative.into()).unwrap(),
            is_key,
        }
    }
}
