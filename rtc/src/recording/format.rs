//! In which form is recorded, of those the browser knows.

use web_sys::MediaRecorder;

/// A container and its codecs
/// ([media types](https://www.w3.org/TR/mediastream-recording/#dom-mediarecorder-istypesupported)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    pub(super) mime: &'static str,
    pub(super) has_video: bool,
}

/// The best first. VP8 costs the least of what every player knows; a call needs the processor, too.
const VIDEO: [&str; 4] = [
    "video/webm;codecs=vp8,opus",
    "video/webm;codecs=vp9,opus",
    "video/webm",
    "video/mp4",
];
const SOUND: [&str; 3] = ["audio/webm;codecs=opus", "audio/webm", "audio/mp4"];

impl Format {
    /// The best that this browser has; nothing where it cannot record at all.
    pub(super) fn choose(has_video: bool) -> Option<Self> {
        let all: &[&str] = if has_video { &VIDEO } else { &SOUND };
        let mut known = all
            .iter()
            .filter(|mime| MediaRecorder::is_type_supported(mime));
        known.next().map(|mime| Self { mime, has_video })
    }
}

/// The media type without its codecs, as the names of files go by.
pub(super) fn container(mime: &str) -> &str {
    mime.split(';').next().unwrap_or_default()
}

/// With what the name of a file of this type ends.
pub(super) fn extension(mime: &str) -> &'static str {
    match container(mime) {
        "video/mp4" => "mp4",
        "audio/mp4" => "m4a",
        _ => "webm",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_after_its_container() {
        assert_eq!(extension("video/webm;codecs=vp8,opus"), "webm");
        assert_eq!(extension("audio/mp4"), "m4a");
        assert_eq!(container("video/webm;codecs=vp8,opus"), "video/webm");
        assert_eq!(container("audio/webm"), "audio/webm");
    }
}
