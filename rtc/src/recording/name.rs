//! How a file is called that goes to the person.

use js_sys::Date;
use meeting::id::RoomId;

use crate::intl::as_number;

/// The room and a moment, by this person's clock: `rotunda-abc-defg-hij-2026-11-29-1030.webm`.
///
/// `millis` are milliseconds since 1970.
pub(super) fn file_name(room: &RoomId, millis: u64, extension: &str) -> String {
    let moment = Date::new(&as_number(millis).into());
    let digits = |number: u32| format!("{number:02}");
    [
        "rotunda-",
        room.as_str(),
        "-",
        &moment.get_full_year().to_string(),
        "-",
        &digits(moment.get_month() + 1),
        "-",
        &digits(moment.get_date()),
        "-",
        &digits(moment.get_hours()),
        &digits(moment.get_minutes()),
        ".",
        extension,
    ]
    .concat()
}
