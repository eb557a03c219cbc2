//! Recordings as browsers write them, and in every other way that Matroska allows.

/// How a recording is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) clusters: Size,
    pub(crate) blocks: Blocks,
    pub(crate) tracks: Tracks,
    pub(crate) timestamp: Timestamp,
    /// Nanoseconds in a tick, if it is said.
    pub(crate) scale: Option<u64>,
    /// Whether there are checksums and empty space wherever they may be.
    pub(crate) padding: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    Known,
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blocks {
    Simple,
    /// In groups that do not say how long the block is.
    Groups,
    /// In groups that do.
    LongGroups,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tracks {
    PictureAndSound,
    Sound,
}

/// Where in a cluster its time stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timestamp {
    First,
    Last,
}

pub(crate) const CHROMIUM: Style = Style {
    clusters: Size::Unknown,
    blocks: Blocks::Simple,
    tracks: Tracks::PictureAndSound,
    timestamp: Timestamp::First,
    scale: Some(1_000_000),
    padding: false,
};

/// Every style there is.
pub(crate) fn styles() -> Vec<Style> {
    let mut styles = vec![CHROMIUM];
    let mut vary = |change: &[fn(&mut Style)]| {
        let varied = styles.iter().flat_map(|style| {
            change.iter().map(|change| {
                let mut style = *style;
                change(&mut style);
                style
            })
        });
        styles = varied.collect();
    };
    vary(&[|_| {}, |it| it.clusters = Size::Known]);
    vary(&[
        |_| {},
        |it| it.blocks = Blocks::Groups,
        |it| it.blocks = Blocks::LongGroups,
    ]);
    vary(&[|_| {}, |it| it.tracks = Tracks::Sound]);
    vary(&[|_| {}, |it| it.timestamp = Timestamp::Last]);
    vary(&[|_| {}, |it| it.scale = Some(500_000), |it| it.scale = None]);
    vary(&[|_| {}, |it| it.padding = true]);
    styles
}

/// A picture or some sound that was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) track: u64,
    /// When, in milliseconds.
    pub(crate) at: u64,
    pub(crate) is_key: bool,
}

pub(crate) const PICTURE: u64 = 1;
pub(crate) const SOUND: u64 = 2;
/// How long a picture is shown, and how long a piece of sound is, in milliseconds.
const PICTURE_MILLIS: u64 = 40;
const SOUND_MILLIS: u64 = 20;

/// A recording, and what is where in it.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) bytes: Vec<u8>,
    pub(crate) clusters: Vec<Cluster>,
    pub(crate) tracks: Vec<u8>,
}

/// What is where in a cluster.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) end: usize,
    /// Each with where it ends.
    pub(crate) blocks: Vec<(Block, usize)>,
}

impl Style {
    /// A recording of so many milliseconds, with a cluster for each so many.
    pub(crate) fn record(self, millis: u64, each: u64) -> Written {
        let tracks = self.tracks();
        let mut bytes = [ebml(), unknown(0x1853_8067, &[]), self.pad()].concat();
        bytes.extend(self.info(&[]));
        bytes.extend(self.pad());
        bytes.extend(&tracks);
        let mut clusters = Vec::new();
        for from in (0..millis).step_by(usize::try_from(each).unwrap()) {
            let until = millis.min(from + each);
            clusters.push(self.cluster(&mut bytes, from, until));
        }
        Written {
            bytes,
            clusters,
            tracks,
        }
    }

    /// An Info element that says besides what is given.
    pub(crate) fn info(self, besides: &[u8]) -> Vec<u8> {
        let scale = self.scale.map(|scale| number(0x2A_D7B1, scale));
        let info = [
            self.pad(),
            scale.unwrap_or_default(),
            besides.to_vec(),
            element(0x4D80, b"a muxer"),
            self.pad(),
            element(0x5741, b"a browser"),
        ];
        element(0x1549_A966, &info.concat())
    }

    fn tracks(self) -> Vec<u8> {
        let track = |track: u64, kind: u64| {
            let entry = [number(0xD7, track), number(0x73C5, 77), number(0x83, kind)];
            element(0xAE, &entry.concat())
        };
        let picture = match self.tracks {
            Tracks::PictureAndSound => track(PICTURE, 1),
            Tracks::Sound => Vec::new(),
        };
        element(
            0x1654_AE6B,
            &[self.pad(), track(SOUND, 2), picture].concat(),
        )
    }

    fn cluster(self, bytes: &mut Vec<u8>, from: u64, until: u64) -> Cluster {
        let mut data = self.pad();
        let timestamp = number(0xE7, self.ticks(from));
        if self.timestamp == Timestamp::First {
            data.extend(&timestamp);
        }
        let mut blocks = Vec::new();
        for at in (from..until).step_by(20) {
            // Sound first, as it comes: a cluster need not begin with what its cue is about.
            let sound = Block {
                track: SOUND,
                at,
                // Some browsers do not say that any sound can be begun with.
                is_key: false,
            };
            let picture = Block {
                track: PICTURE,
                at,
                is_key: at == from,
            };
            let has_picture = self.tracks == Tracks::PictureAndSound && at % PICTURE_MILLIS == 0;
            for block in [Some(sound), has_picture.then_some(picture)]
                .into_iter()
                .flatten()
            {
                data.extend(self.block(block, from));
                blocks.push((block, data.len()));
            }
            data.extend(self.pad());
        }
        if self.timestamp == Timestamp::Last {
            data.extend(&timestamp);
            // Until then nobody knows when they are.
            blocks.iter_mut().for_each(|(_, end)| *end = data.len());
        }
        bytes.extend(match self.clusters {
            Size::Known => element(0x1F43_B675, &data),
            Size::Unknown => unknown(0x1F43_B675, &data),
        });
        let data_start = bytes.len() - data.len();
        blocks.iter_mut().for_each(|(_, end)| *end += data_start);
        let end = bytes.len();
        Cluster { end, blocks }
    }

    fn block(self, block: Block, from: u64) -> Vec<u8> {
        let relative = i16::try_from(self.ticks(block.at) - self.ticks(from)).unwrap();
        let flags = if block.is_key { 0x80 } else { 0 };
        let track = 0x80 | u8::try_from(block.track).unwrap();
        let [high, low] = relative.to_be_bytes();
        let mut data = vec![track, high, low, flags];
        // Of a length that takes two bytes to say, now and then.
        data.extend(vec![0xA5; if block.is_key { 200 } else { 9 }]);
        if self.blocks == Blocks::Simple {
            return element(0xA3, &data);
        }
        data[3] = 0;
        let duration = match self.blocks {
            Blocks::LongGroups if block.track == PICTURE => {
                number(0x9B, self.ticks(PICTURE_MILLIS))
            }
            Blocks::LongGroups => number(0x9B, self.ticks(SOUND_MILLIS)),
            Blocks::Simple | Blocks::Groups => Vec::new(),
        };
        let reference = match block {
            Block { is_key: true, .. } => Vec::new(),
            Block { .. } => element(0xFB, &[0xD8]),
        };
        element(0xA0, &[element(0xA1, &data), duration, reference].concat())
    }

    /// Milliseconds as ticks.
    pub(crate) fn ticks(self, millis: u64) -> u64 {
        millis * 1_000_000 / self.scale.unwrap_or(1_000_000)
    }

    fn pad(self) -> Vec<u8> {
        if self.padding {
            [element(0xBF, &[1, 2, 3, 4]), element(0xEC, &[0; 5])].concat()
        } else {
            Vec::new()
        }
    }
}

/// What a file begins with.
pub(crate) fn ebml() -> Vec<u8> {
    element(0x1A45_DFA3, &element(0x4282, b"webm"))
}

/// An element.
pub(crate) fn element(id: u32, data: &[u8]) -> Vec<u8> {
    let size = u16::try_from(data.len()).map(|size| size | 0x4000);
    let size = match size {
        Ok(size) if data.len() < 0x3FFF => size.to_be_bytes().to_vec(),
        _ => (u64::try_from(data.len()).unwrap() | 1 << 56)
            .to_be_bytes()
            .to_vec(),
    };
    with_size(id, &size, data)
}

/// An element that does not say how long it is.
pub(crate) fn unknown(id: u32, data: &[u8]) -> Vec<u8> {
    with_size(id, &[0x01, 255, 255, 255, 255, 255, 255, 255], data)
}

/// An element that says of its length what it likes.
pub(crate) fn with_size(id: u32, size: &[u8], data: &[u8]) -> Vec<u8> {
    let id = id.to_be_bytes().into_iter().skip_while(|byte| *byte == 0);
    id.chain(size.iter().copied())
        .chain(data.iter().copied())
        .collect()
}

/// An element that holds a number.
pub(crate) fn number(id: u32, value: u64) -> Vec<u8> {
    element(id, &value.to_be_bytes())
}
