//! What each link may cost.
//!
//! What a page sends, it sends on each of its links, so the price of a call grows with their number;
//! in a mesh there is one to each other person. The bounds here keep a whole call of eight inside
//! what a laptop and a home uplink carry: faces keep their frame rate and give up size, screens keep
//! their size and give up frames.

/// What a track shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrackSource {
    /// A person's voice, and what is around it.
    Microphone,
    /// A person's picture; motion matters more than detail.
    Camera,
    /// A screen, a window or a tab.
    Screen,
    /// What is to be heard with it.
    ScreenAudio,
}

impl TrackSource {
    /// Every source, in the order of the media sections of each connection.
    pub const ALL: [Self; 4] = [
        Self::Microphone,
        Self::Camera,
        Self::Screen,
        Self::ScreenAudio,
    ];

    /// Whether it is to be seen rather than heard.
    pub const fn is_video(self) -> bool {
        matches!(self, Self::Camera | Self::Screen)
    }
}

/// What to give up when the link or the machine is too weak for everything
/// ([`RTCDegradationPreference`](https://www.w3.org/TR/mst-content-hint/#degradation-preference-when-encoding)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Degradation {
    /// Give up size: right for faces.
    MaintainFramerate,
    /// Give up frames: right for text.
    MaintainResolution,
}

/// The bounds of one track on one link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Most bits a second.
    pub max_bitrate: u32,
    /// Most frames a second; meaningless for sound.
    pub max_framerate: u32,
    /// The captured size is divided by this; meaningless for sound.
    pub scale_down_by: f32,
    /// What to give up first.
    pub degradation: Degradation,
}

/// The size and rate asked of a camera; each link scales down from there.
pub const CAMERA_WIDTH: u32 = 1280;
/// See [`CAMERA_WIDTH`].
pub const CAMERA_HEIGHT: u32 = 720;
/// See [`CAMERA_WIDTH`].
pub const CAMERA_FRAMERATE: u32 = 30;

const VOICE_BITRATE: u32 = 40_000;
const SCREEN_AUDIO_BITRATE: u32 = 96_000;

/// The bounds of a track on each of so many links.
pub fn bounds(source: TrackSource, links: usize) -> Bounds {
    match source {
        TrackSource::Microphone => sound(VOICE_BITRATE),
        TrackSource::ScreenAudio => sound(SCREEN_AUDIO_BITRATE),
        TrackSource::Camera => camera(links),
        TrackSource::Screen => screen(links),
    }
}

const fn sound(max_bitrate: u32) -> Bounds {
    Bounds {
        max_bitrate,
        max_framerate: 0,
        scale_down_by: 1.0,
        degradation: Degradation::MaintainFramerate,
    }
}

/// 720p for one, 360p up to five, 240p beyond.
const fn camera(links: usize) -> Bounds {
    let (max_bitrate, max_framerate, scale_down_by) = match links {
        0..=1 => (1_500_000, 30, 1.0),
        2 => (700_000, 30, 1.5),
        3 => (400_000, 24, 2.0),
        4..=5 => (280_000, 20, 2.0),
        6..=7 => (150_000, 20, 3.0),
        _ => (100_000, 15, 4.0),
    };
    Bounds {
        max_bitrate,
        max_framerate,
        scale_down_by,
        degradation: Degradation::MaintainFramerate,
    }
}

/// Always the captured size: text that was scaled down cannot be read.
const fn screen(links: usize) -> Bounds {
    let (max_bitrate, max_framerate) = match links {
        0..=1 => (2_500_000, 15),
        2..=3 => (1_500_000, 10),
        4..=5 => (1_000_000, 8),
        _ => (700_000, 5),
    };
    Bounds {
        max_bitrate,
        max_framerate,
        scale_down_by: 1.0,
        degradation: Degradation::MaintainResolution,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A home uplink that a call has to fit, in bits a second.
    const UPLINK: u32 = 2_000_000;

    #[test]
    fn a_voice_and_a_face_to_everybody_fit_a_home_uplink_at_every_size() {
        for links in 1..=7 {
            let each = bounds(TrackSource::Camera, links).max_bitrate
                + bounds(TrackSource::Microphone, links).max_bitrate;
            let all = each * u32::try_from(links).unwrap();
            assert!(all <= UPLINK, "{links} links: {all}");
        }
    }

    #[test]
    fn more_links_never_make_one_dearer() {
        for source in TrackSource::ALL {
            for links in 1..19 {
                let (fewer, more) = (bounds(source, links), bounds(source, links + 1));
                assert!(more.max_bitrate <= fewer.max_bitrate);
                assert!(more.max_framerate <= fewer.max_framerate);
                assert!(more.scale_down_by >= fewer.scale_down_by);
            }
        }
    }

    #[test]
    fn a_face_keeps_its_frame_rate_and_a_screen_its_size() {
        for links in 1..=15 {
            assert!(bounds(TrackSource::Camera, links).max_framerate >= 15);
            let screen = bounds(TrackSource::Screen, links);
            assert!((screen.scale_down_by - 1.0).abs() < f32::EPSILON);
            assert_eq!(screen.degradation, Degradation::MaintainResolution);
        }
    }
}
