//! What a browser must have for a recording.

use super::format::Format;
use crate::object::{get, has};

/// Whether this browser can record, and store what it records: it needs a recorder, something that
/// draws for it, files of the page's own, and a way to know which page is at work on them.
pub(crate) fn is_supported() -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    let navigator = window.navigator();
    let global = js_sys::global();
    let offers = |class, method| {
        let prototype = get(&get(&global, class), "prototype");
        prototype.is_object() && has(&prototype, method)
    };
    offers("MediaRecorder", "start")
        && offers("HTMLCanvasElement", "captureStream")
        && offers("StorageManager", "getDirectory")
        && offers("FileSystemFileHandle", "createWritable")
        && get(&navigator, "storage").is_object()
        && get(&navigator, "locks").is_object()
        && Format::choose(true).is_some()
        && Format::choose(false).is_some()
}
