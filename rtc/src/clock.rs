//! Time in a browser.

use meeting::time::Timestamp;

/// Now, on a clock that only goes forward.
pub(crate) fn now() -> Timestamp {
    let millis = web_sys::window()
        .and_then(|window| window.performance())
        .map(|it| it.now());
    Timestamp::from_millis(whole(millis.unwrap_or_default()))
}

/// The time of day, in milliseconds since 1970.
pub(crate) fn time_of_day() -> u64 {
    whole(js_sys::Date::now())
}

/// Notes a moment of the way into the call, for whoever measures it
/// ([`performance.mark`](https://www.w3.org/TR/user-timing/#mark-method)).
pub(crate) fn mark(name: &str) {
    if let Some(performance) = web_sys::window().and_then(|window| window.performance()) {
        // A browser without marks measures nothing.
        drop(performance.mark(name));
    }
}

/// Milliseconds without their fraction.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "milliseconds of this era are positive and far below 2^53"
)]
pub(crate) const fn whole(millis: f64) -> u64 {
    millis as u64
}
