//! One cluster: pictures and sound of some seconds
//! ([RFC 9559 §5.1.3](https://www.rfc-editor.org/rfc/rfc9559#section-5.1.3)).

use std::collections::VecDeque;

use super::ebml::{Child, Header, integer, unsigned};
use super::ids;
use super::reader::Plan;

/// No block is as long as this, in bytes. Whatever says that it is cannot be trusted.
const LONGEST: u64 = 64 * 1024 * 1024;
/// What is kept of a block: the number of its track, its time and its flags
/// ([§10.1](https://www.rfc-editor.org/rfc/rfc9559#section-10.1)).
const BLOCK_HEADER: usize = 8 + 2 + 1;
/// The flag of a block that can be shown without the ones before it
/// ([§10.2](https://www.rfc-editor.org/rfc/rfc9559#section-10.2)).
const KEYFRAME: u8 = 0x80;
/// The longest number.
const NUMBER: usize = 8;
/// Blocks that may come before the time of their cluster, which as a rule comes first.
const EARLY: usize = 4096;

/// A cluster that is being read.
#[derive(Debug)]
pub(super) struct Cluster {
    start: u64,
    end: Option<u64>,
    /// To which the times of its blocks are relative.
    timestamp: Option<u64>,
    /// What was read and not asked for yet.
    blocks: VecDeque<Relative>,
    group: Option<Group>,
}

/// A picture, or some sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) track: u64,
    /// When it begins, in ticks.
    pub(super) time: u64,
    /// How long it lasts, in ticks, if it says so.
    pub(super) duration: Option<u64>,
    /// Whether it can be shown without the ones before it.
    pub(super) is_key: bool,
}

/// A block whose time is relative to that of its cluster.
#[derive(Clone, Copy, Debug)]
struct Relative {
    track: u64,
    time: i16,
    duration: Option<u64>,
    is_key: bool,
}

/// A block with more to say than its flags do.
#[derive(Clone, Copy, Debug)]
struct Group {
    end: u64,
    block: Option<Relative>,
    duration: Option<u64>,
    is_key: bool,
}

impl Cluster {
    /// One that begins at `start` and, if that was known when it was written, ends at `end`.
    pub(super) const fn new(start: u64, end: Option<u64>) -> Self {
        Self {
            start,
            end,
            timestamp: None,
            blocks: VecDeque::new(),
            group: None,
        }
    }

    /// Where it begins.
    pub(super) const fn start(&self) -> u64 {
        self.start
    }

    /// Where it ends, if that was known when it was written.
    pub(super) const fn end(&self) -> Option<u64> {
        self.end
    }

    /// An element in it has its data at `data`.
    pub(super) fn begin(&mut self, header: Header, data: u64) -> Plan {
        let Some(size) = header.size.filter(|size| *size <= LONGEST) else {
            return Plan::Malformed;
        };
        let end = data.saturating_add(size);
        let around = self.group.map(|group| group.end).or(self.end);
        if around.is_some_and(|around| around < end) {
            return Plan::Malformed;
        }
        match (header.id, &mut self.group) {
            (ids::BLOCK_GROUP, None) => {
                self.group = Some(Group {
                    end,
                    block: None,
                    duration: None,
                    is_key: true,
                });
                Plan::Enter
            }
            (ids::SIMPLE_BLOCK, None) | (ids::BLOCK, Some(_)) => Plan::keep(BLOCK_HEADER, size),
            (ids::TIMESTAMP, None) | (ids::BLOCK_DURATION, Some(_)) => Plan::keep(NUMBER, size),
            _ => Plan::keep(0, size),
        }
    }

    /// An element in it was read, as far as it is kept.
    pub(super) fn take(&mut self, Child { id, data, .. }: Child<'_>) {
        match (id, &mut self.group) {
            (ids::TIMESTAMP, None) => self.timestamp = self.timestamp.or(unsigned(data)),
            (ids::SIMPLE_BLOCK, None) => {
                let block = Relative::read(data);
                self.push(block);
            }
            (ids::BLOCK, Some(group)) => group.block = Relative::read(data),
            (ids::BLOCK_DURATION, Some(group)) => group.duration = unsigned(data),
            (ids::REFERENCE_BLOCK, Some(group)) => group.is_key = false,
            _ => {}
        }
    }

    /// Everything up to `at` was read.
    pub(super) fn reach(&mut self, at: u64) {
        if let Some(group) = self.group.take_if(|group| group.end <= at) {
            self.push(group.block.map(|block| Relative {
                duration: group.duration,
                is_key: group.is_key,
                ..block
            }));
        }
    }

    fn push(&mut self, block: Option<Relative>) {
        if self.blocks.len() < EARLY {
            self.blocks.extend(block);
        }
    }

    /// The next block that was read, once its time can be told.
    pub(super) fn poll_block(&mut self) -> Option<Block> {
        let timestamp = self.timestamp?;
        let Relative {
            track,
            time,
            duration,
            is_key,
        } = self.blocks.pop_front()?;
        Some(Block {
            track,
            time: timestamp.saturating_add_signed(time.into()),
            duration,
            is_key,
        })
    }
}

impl Relative {
    /// Reads what a block begins with; nothing where it is too short for one.
    fn read(data: &[u8]) -> Option<Self> {
        let (track, rest) = integer(data)?;
        let (time, rest) = rest.split_first_chunk()?;
        Some(Self {
            track,
            time: i16::from_be_bytes(*time),
            duration: None,
            is_key: rest.first()? & KEYFRAME != 0,
        })
    }
}
