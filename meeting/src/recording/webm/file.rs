//! What the elements of a file mean, one after the other.

use std::time::Duration;

use super::Ends;
use super::body::Body;
use super::ebml::{Child, Header};
use super::head::Head;
use super::ids;
use super::reader::Plan;

/// A file that is being read.
#[derive(Debug, Default)]
pub(super) struct File {
    head: Head,
    stage: Stage,
}

/// How far it was read.
#[derive(Debug, Default)]
enum Stage {
    /// Nothing of it.
    #[default]
    Start,
    /// What kind of file it is.
    Kind,
    /// The beginning of its segment, which has no clusters so far.
    Head,
    /// From the first cluster on.
    Body(Box<Body>),
}

impl File {
    /// An element begins at `at`, and its data at `data`.
    pub(super) fn begin(&mut self, header: Header, at: u64, data: u64) -> Plan {
        match (&mut self.stage, header.id, header.size) {
            (Stage::Kind, ids::SEGMENT, _) => {
                self.stage = Stage::Head;
                Plan::Enter
            }
            (Stage::Head, ids::CLUSTER, _) => self.begin_body(header, at, data),
            (Stage::Head, ids::EBML | ids::SEGMENT, _) => Plan::Stop,
            (Stage::Kind, ids::VOID, Some(size))
            // What is in there will be different.
            | (Stage::Head, ids::SEEK_HEAD | ids::CUES | ids::VOID | ids::CRC_32, Some(size)) => {
                Plan::keep(0, size)
            }
            (Stage::Start, ids::EBML, Some(size)) | (Stage::Head, _, Some(size)) => self.keep(size),
            (Stage::Body(body), ..) => body.begin(header, at, data),
            _ => Plan::Stop,
        }
    }

    /// What comes before the clusters is kept, if there is not too much of it.
    fn keep(&self, size: u64) -> Plan {
        match usize::try_from(size) {
            Ok(keep) if keep <= self.head.room() => Plan::Read { keep, pass: 0 },
            _ => Plan::Stop,
        }
    }

    fn begin_body(&mut self, header: Header, at: u64, data: u64) -> Plan {
        let Some(timeline) = self.head.timeline() else {
            return Plan::Stop;
        };
        let mut body = Body::new(at, timeline);
        let plan = body.begin(header, at, data);
        self.stage = Stage::Body(Box::new(body));
        plan
    }

    /// An element was read, as far as it is kept.
    pub(super) fn take(&mut self, element: Child<'_>) {
        match &mut self.stage {
            Stage::Start => {
                if self.head.take_ebml(element) {
                    self.stage = Stage::Kind;
                }
            }
            Stage::Kind => {}
            Stage::Head => self.head.take(element),
            Stage::Body(body) => body.take(element),
        }
    }

    /// Everything up to `at` was read, which may be the end of elements that hold others.
    pub(super) fn reach(&mut self, at: u64) {
        if let Stage::Body(body) = &mut self.stage {
            body.reach(at);
        }
    }

    /// What begins at `at` makes no sense. Says whether there may be more behind it.
    pub(super) fn lose(&mut self, at: u64) -> bool {
        match &mut self.stage {
            Stage::Body(body) => {
                body.leave_cluster(at);
                true
            }
            Stage::Start | Stage::Kind | Stage::Head => false,
        }
    }

    /// How long the recording is, as far as it was read.
    pub(super) fn duration(&self) -> Duration {
        match &self.stage {
            Stage::Body(body) => body.duration(),
            Stage::Start | Stage::Kind | Stage::Head => Duration::ZERO,
        }
    }

    /// Nothing comes after `at`.
    pub(super) fn finish(self, at: u64) -> Option<Ends> {
        match self.stage {
            Stage::Body(body) => body.finish(at, &self.head),
            Stage::Start | Stage::Kind | Stage::Head => None,
        }
    }
}
