//! What there is to be seen and heard in a recording.

use meeting::recording::composition::Kind;
use web_sys::MediaStream;

/// All of it, in the order in which the pictures stand.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Scene {
    pub(crate) pictures: Vec<Picture>,
    pub(crate) sounds: Vec<MediaStream>,
}

/// One picture and its name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Picture {
    pub(crate) kind: Kind,
    /// Whom it shows, or who shows it.
    pub(crate) name: String,
    /// Nothing while there is no video, and only the name to be seen.
    pub(crate) video: Option<MediaStream>,
}
