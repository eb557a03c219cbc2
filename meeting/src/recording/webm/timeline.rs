//! What happens when: the tracks of a file, how far each has come, and which one leads.

use std::time::Duration;

use super::cues::Cues;
use super::ebml::{child, children, unsigned};
use super::ids;

/// More tracks than any recording has. Blocks of others are passed over.
const TRACKS: usize = 64;
/// The value of [`ids::TRACK_TYPE`] for pictures, and that for sound
/// ([RFC 9559 §5.1.4.1.3](https://www.rfc-editor.org/rfc/rfc9559#section-5.1.4.1.3)).
const VIDEO: u64 = 1;
const AUDIO: u64 = 2;

/// Nanoseconds in a tick, where a file does not say.
const TIMESTAMP_SCALE: u64 = 1_000_000;
const SECOND: u64 = 1_000_000_000;

/// The tracks of a file. Times are in ticks
/// ([RFC 9559 §11.1](https://www.rfc-editor.org/rfc/rfc9559#section-11.1)).
#[derive(Clone, Debug)]
pub(super) struct Timeline {
    /// Nanoseconds in a tick.
    scale: u64,
    tracks: Vec<Track>,
    /// The number of the track by which players seek.
    leading: u64,
    /// Whether it has pictures, which build on earlier ones.
    leads_with_pictures: bool,
}

#[derive(Clone, Debug)]
struct Track {
    number: u64,
    kind: u64,
    /// Where its last block begins.
    last: Option<u64>,
    /// How long that may be.
    length: u64,
}

impl Timeline {
    /// Of what an Info and a Tracks element say; nothing where that makes no sense.
    pub(super) fn read(info: &[u8], tracks: &[u8]) -> Option<Self> {
        let scale = child(info, ids::TIMESTAMP_SCALE);
        let scale = scale.map_or(Some(TIMESTAMP_SCALE), unsigned)?;
        if scale == 0 {
            return None;
        }
        let entries = children(tracks).filter(|it| it.id == ids::TRACK_ENTRY);
        let tracks = entries.filter_map(|entry| Track::read(entry.data, scale));
        let tracks: Vec<_> = tracks.take(TRACKS).collect();
        let first = |kind| tracks.iter().find(|track| track.kind == kind);
        let leading = first(VIDEO).or(first(AUDIO)).or(tracks.first())?;
        Some(Self {
            scale,
            leading: leading.number,
            leads_with_pictures: leading.kind == VIDEO,
            tracks,
        })
    }

    /// Takes note of a block of a track.
    pub(super) fn note(&mut self, track: u64, at: u64, duration: Option<u64>) {
        let second = self.second();
        let mut tracks = self.tracks.iter_mut();
        if let Some(track) = tracks.find(|it| it.number == track) {
            track.note(at, duration, second);
        }
    }

    /// Whether players may begin with a block of this track. Sound can always be begun with, whether its
    /// blocks say so or not.
    pub(super) const fn may_begin_with(&self, track: u64, is_key: bool) -> bool {
        self.leading == track && (is_key || !self.leads_with_pictures)
    }

    /// Cues for the track by which players seek, one a second.
    pub(super) fn cues(&self) -> Cues {
        Cues::new(self.leading, self.second())
    }

    /// When the last block of any track is over, in ticks.
    pub(super) fn end(&self) -> u64 {
        let ends = self.tracks.iter().filter_map(Track::end);
        ends.max().unwrap_or_default()
    }

    /// The same as a time.
    pub(super) fn duration(&self) -> Duration {
        Duration::from_nanos(self.end().saturating_mul(self.scale))
    }

    /// Ticks in a second, or one.
    fn second(&self) -> u64 {
        (SECOND / self.scale).max(1)
    }
}

impl Track {
    fn read(entry: &[u8], scale: u64) -> Option<Self> {
        let value = |id| child(entry, id).and_then(unsigned);
        Some(Self {
            number: value(ids::TRACK_NUMBER)?,
            kind: value(ids::TRACK_TYPE)?,
            last: None,
            length: value(ids::DEFAULT_DURATION).unwrap_or_default() / scale,
        })
    }

    /// A block of no known length lasts as long as there was between the two last ones. After a pause
    /// that is too long: nobody knows for how long a still picture was shown.
    fn note(&mut self, at: u64, duration: Option<u64>, second: u64) {
        let distance = self.last.and_then(|last| at.checked_sub(last));
        let distance = distance.filter(|distance| *distance > 0);
        let length = duration.or(distance.map(|it| it.min(second)));
        self.length = length.unwrap_or(self.length);
        self.last = self.last.max(Some(at));
    }

    fn end(&self) -> Option<u64> {
        Some(self.last?.saturating_add(self.length))
    }
}
