//! Files that are dragged over the page
//! ([drag and drop](https://html.spec.whatwg.org/multipage/dnd.html)).

use web_sys::{DragEvent, FileList};

/// Whether it is files that are dragged, and not a text or a link.
pub fn brings_files(event: &DragEvent) -> bool {
    let types = event.data_transfer().map(|it| it.types());
    let mut types = types.iter().flat_map(js_sys::Array::iter);
    types.any(|kind| kind.as_string().as_deref() == Some("Files"))
}

/// Keeps the browser from showing a dropped file in the place of the page. Until somebody says that
/// they take it, the pointer shows that it is not taken.
pub fn keep_page(event: &DragEvent) {
    if brings_files(event) {
        event.prevent_default();
        set_effect(event, "none");
    }
}

/// Shows that what is dragged can be dropped here.
pub fn take(event: &DragEvent) {
    set_effect(event, "copy");
}

/// The files that were dropped.
pub fn dropped(event: &DragEvent) -> Option<FileList> {
    event.data_transfer()?.files()
}

fn set_effect(event: &DragEvent, effect: &str) {
    if let Some(transfer) = event.data_transfer() {
        transfer.set_drop_effect(effect);
    }
}
