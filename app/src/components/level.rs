//! How loud the microphone is.

use leptos::prelude::*;

use super::text::words;
use crate::call::Call;

/// How many bars the meter has.
const BARS: u8 = 12;

/// A row of bars that fills with the voice.
#[component]
pub(crate) fn Level(call: Call) -> impl IntoView {
    let lit = call.local(|local| bars(local.microphone_level));
    let bar = |step: u8| view! { <i class:lit=move || step < lit.get()></i> };
    view! {
        <div
            class="level"
            role="meter"
            aria-label=words(|it| it.lobby.level)
            aria-valuemin="0"
            aria-valuemax=BARS.to_string()
            aria-valuenow=move || lit.get().to_string()
        >
            {(0..BARS).map(bar).collect_view()}
        </div>
    }
}

/// How many bars a level lights, 0 to all.
fn bars(level: f32) -> u8 {
    (1..=BARS)
        .filter(|&bar| level * f32::from(BARS) >= f32::from(bar) - 0.5)
        .count()
        .try_into()
        .unwrap_or(BARS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_meter_goes_from_none_to_all_and_survives_nonsense() {
        assert_eq!(bars(0.0), 0);
        assert_eq!(bars(0.5), 6);
        assert_eq!(bars(1.0), BARS);
        assert_eq!(bars(7.0), BARS);
        assert_eq!(bars(-1.0), 0);
        assert_eq!(bars(f32::NAN), 0);
    }
}
