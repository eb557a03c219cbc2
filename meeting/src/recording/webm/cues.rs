//! Where players may begin ([RFC 9559 §5.1.5](https://www.rfc-editor.org/rfc/rfc9559#section-5.1.5)).

use super::ebml::{element, unsigned_element};
use super::ids;

/// As many as are kept. In a recording with more of them every second one is left out, again and again.
const MOST: usize = 16 * 1024;

/// A cluster that can be played from, and the time at which it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cue {
    /// In ticks.
    pub(super) time: u64,
    /// Where the cluster begins, among the bytes that were read.
    pub(super) cluster: u64,
}

/// The cues of a file, in order.
#[derive(Debug)]
pub(super) struct Cues {
    /// The number of the track that they are about.
    track: u64,
    /// How many ticks are between two at least.
    distance: u64,
    cues: Vec<Cue>,
}

impl Cues {
    pub(super) const fn new(track: u64, distance: u64) -> Self {
        Self {
            track,
            distance,
            cues: Vec::new(),
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.cues.is_empty()
    }

    /// Takes one more, unless it is too close to the last one.
    pub(super) fn push(&mut self, cue: Cue) {
        let last = self.cues.last();
        let earliest = last.map(|last| last.time.saturating_add(self.distance));
        if earliest.is_some_and(|earliest| cue.time < earliest) {
            return;
        }
        if self.cues.len() == MOST {
            let mut is_kept = false;
            self.cues.retain(|_| {
                is_kept = !is_kept;
                is_kept
            });
            self.distance = self.distance.saturating_mul(2);
        }
        self.cues.push(cue);
    }

    /// The element, in a segment whose first cluster was at `from` and is now at `to`, counted from
    /// where its data begin.
    pub(super) fn write(&self, from: u64, to: u64) -> Vec<u8> {
        let points = self.cues.iter().map(|cue| {
            let cluster = cue.cluster.saturating_sub(from).saturating_add(to);
            let position = [
                unsigned_element(ids::CUE_TRACK, self.track),
                unsigned_element(ids::CUE_CLUSTER_POSITION, cluster),
            ];
            let point = [
                unsigned_element(ids::CUE_TIME, cue.time),
                element(ids::CUE_TRACK_POSITIONS, &position.concat()),
            ];
            element(ids::CUE_POINT, &point.concat())
        });
        element(ids::CUES, &points.flatten().collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_without_end_keeps_no_more_cues_than_there_is_room_for() {
        let mut cues = Cues::new(1, 1000);
        let longest = 5 * u64::try_from(MOST).unwrap();
        for second in 0..longest {
            let time = second * 1000;
            cues.push(Cue {
                time,
                cluster: second,
            });
        }
        assert!(cues.cues.len() > MOST / 2 && cues.cues.len() <= MOST);
        let distances = cues.cues.windows(2).map(|two| two[1].time - two[0].time);
        assert_eq!(distances.max(), Some(8000));
        assert!(cues.cues.last().unwrap().time > (longest - 9) * 1000);
    }
}
