//! Makes of what a browser records a file in which players can seek.
//!
//! A browser's [`MediaRecorder`](https://www.w3.org/TR/mediastream-recording/) writes WebM, which is
//! Matroska ([RFC 9559](https://www.rfc-editor.org/rfc/rfc9559)), as it comes: without its duration and
//! without cues, for nobody knows them before the end. [`Index`] reads the bytes once, in whatever pieces
//! they come, keeps little of them, and says in the end what has to stand before and after them. The bytes
//! themselves stay where they are.

mod body;
mod cluster;
mod cues;
mod ebml;
mod file;
mod head;
mod ids;
mod reader;
mod timeline;

use std::ops::Range;
use std::time::Duration;

use file::File;
use reader::Reader;

/// Reads a recording, and keeps what players need to know of it: a megabyte at most of what comes
/// before the first cluster, and some hundred kilobytes of where they may begin.
#[derive(Debug, Default)]
pub struct Index {
    reader: Reader,
    file: File,
}

/// What has to stand before and after the bytes of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ends {
    /// What the file begins with.
    pub head: Vec<u8>,
    /// Which of the bytes that were read go between: all clusters that are whole, and of one of unknown
    /// size all blocks that are.
    pub body: Range<u64>,
    /// What the file ends with.
    pub tail: Vec<u8>,
}

impl Index {
    /// Reads what comes next. What makes no sense is passed over, up to the next cluster; another file
    /// that follows the first one is not read.
    pub fn push(&mut self, bytes: &[u8]) {
        self.reader.push(bytes, &mut self.file);
    }

    /// How long the recording is, as far as it was read.
    pub fn duration(&self) -> Duration {
        self.file.duration()
    }

    /// What makes a file of the bytes that were read; nothing where they are no WebM, or none that can
    /// be understood, or hold neither picture nor sound.
    pub fn finish(self) -> Option<Ends> {
        self.file.finish(self.reader.position())
    }
}
