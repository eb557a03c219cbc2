//! The clusters of a file: which of them are whole, how long they are together, and where players may
//! begin.

use std::ops::Range;
use std::time::Duration;

use super::Ends;
use super::cluster::{Block, Cluster};
use super::cues::{Cue, Cues};
use super::ebml::{Child, Header};
use super::head::Head;
use super::ids;
use super::reader::Plan;
use super::timeline::Timeline;

/// From the first cluster on.
#[derive(Debug)]
pub(super) struct Body {
    /// Where the first cluster begins.
    start: u64,
    /// Up to where everything is whole.
    end: u64,
    timeline: Timeline,
    cues: Cues,
    /// Whether each cluster says how long it is.
    have_sizes: bool,
    reading: Option<Open>,
}

/// What is whole of the clusters.
#[derive(Debug)]
pub(super) struct Clusters {
    /// Where they are among the bytes that were read.
    pub(super) body: Range<u64>,
    /// In ticks.
    pub(super) duration: u64,
    /// Whether each says how long it is.
    pub(super) have_sizes: bool,
    /// Where players may begin.
    pub(super) cues: Cues,
}

/// The cluster that is being read.
#[derive(Debug)]
struct Open {
    cluster: Cluster,
    /// How everything was before it.
    before: Timeline,
    /// Where players may begin in it.
    cue: Option<Cue>,
}

impl Body {
    /// One whose first cluster begins at `start`.
    pub(super) fn new(start: u64, timeline: Timeline) -> Self {
        Self {
            start,
            end: start,
            cues: timeline.cues(),
            timeline,
            have_sizes: true,
            reading: None,
        }
    }

    /// An element begins at `at`, and its data at `data`.
    pub(super) fn begin(&mut self, header: Header, at: u64, data: u64) -> Plan {
        if let Some(open) = &mut self.reading
            && !ids::is_outside_of_clusters(header.id)
        {
            return open.cluster.begin(header, data);
        }
        self.leave_cluster(at);
        match (header.id, header.size) {
            (ids::CLUSTER, size) => {
                self.have_sizes &= size.is_some();
                self.reading = Some(Open {
                    cluster: Cluster::new(at, size.map(|size| data.saturating_add(size))),
                    before: self.timeline.clone(),
                    cue: None,
                });
                Plan::Enter
            }
            (ids::EBML | ids::SEGMENT, _) => Plan::Stop,
            (_, Some(size)) => Plan::keep(0, size),
            (_, None) => Plan::Malformed,
        }
    }

    /// An element was read, as far as it is kept.
    pub(super) fn take(&mut self, element: Child<'_>) {
        if let Some(open) = &mut self.reading {
            open.cluster.take(element);
        }
    }

    /// Everything up to `at` was read.
    pub(super) fn reach(&mut self, at: u64) {
        let Some(open) = &mut self.reading else {
            return;
        };
        open.cluster.reach(at);
        while let Some(block) = open.cluster.poll_block() {
            open.note(&block, &mut self.timeline);
            if open.cluster.end().is_none() {
                self.end = at;
            }
        }
        if open.cluster.end().is_some_and(|end| end <= at) {
            self.leave_cluster(at);
        }
    }

    /// The cluster that is being read ends at `at`. If that is too early, nothing of it counts: players
    /// would take what comes next for the rest of it.
    pub(super) fn leave_cluster(&mut self, at: u64) {
        let Some(open) = self.reading.take() else {
            return;
        };
        match open.cluster.end() {
            Some(end) if at < end => self.timeline = open.before,
            Some(end) => {
                self.end = end;
                open.cue.into_iter().for_each(|cue| self.cues.push(cue));
            }
            None => open.cue.into_iter().for_each(|cue| self.cues.push(cue)),
        }
    }

    /// How long the recording is, as far as it was read.
    pub(super) fn duration(&self) -> Duration {
        self.timeline.duration()
    }

    /// Nothing comes after `at`.
    pub(super) fn finish(mut self, at: u64, head: &Head) -> Option<Ends> {
        self.leave_cluster(at);
        let body = self.start..self.end;
        if body.is_empty() {
            return None;
        }
        Some(head.write(Clusters {
            body,
            duration: self.timeline.end(),
            have_sizes: self.have_sizes,
            cues: self.cues,
        }))
    }
}

impl Open {
    fn note(&mut self, block: &Block, timeline: &mut Timeline) {
        timeline.note(block.track, block.time, block.duration);
        if timeline.may_begin_with(block.track, block.is_key) {
            self.cue.get_or_insert(Cue {
                time: block.time,
                cluster: self.cluster.start(),
            });
        }
    }
}
