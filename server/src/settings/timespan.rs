//! Time spans as an operator writes them: `500ms`, `90s`, `10m`, `1h`, `1h 30m`.

use std::ops::RangeInclusive;
use std::time::Duration;

use humantime::{format_duration, parse_duration};
use thiserror::Error;

/// Why a text is not a time span.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum TimeSpanError {
    /// Not a number and a unit.
    #[error("write a number and a unit: 500ms, 90s, 10m or 1h")]
    Form,
    /// Too short or too long for its purpose.
    #[error("take at least {} and at most {}", format_duration(*.0), format_duration(*.1))]
    Range(Duration, Duration),
}

/// Reads a time span within these bounds.
pub(crate) fn parse(
    text: &str,
    allowed: RangeInclusive<Duration>,
) -> Result<Duration, TimeSpanError> {
    let span = parse_duration(text).map_err(|_| TimeSpanError::Form)?;
    if allowed.contains(&span) {
        Ok(span)
    } else {
        let (shortest, longest) = allowed.into_inner();
        Err(TimeSpanError::Range(shortest, longest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANY: RangeInclusive<Duration> = Duration::ZERO..=Duration::MAX;

    #[test]
    fn a_number_and_a_unit_are_a_time_span() {
        for (text, millis) in [
            ("500ms", 500),
            ("90s", 90_000),
            ("10m", 600_000),
            ("1h", 3_600_000),
            ("1h 30m", 5_400_000),
        ] {
            assert_eq!(parse(text, ANY), Ok(Duration::from_millis(millis)));
        }
        for text in ["", "s", "10", "-1s", "1sm", "soon", "99999999999999999999s"] {
            assert_eq!(parse(text, ANY), Err(TimeSpanError::Form), "{text}");
        }
    }

    #[test]
    fn the_bounds_are_kept_and_named() {
        let allowed = Duration::from_secs(1)..=Duration::from_secs(120);
        for (text, fits) in [
            ("999ms", false),
            ("1s", true),
            ("2m", true),
            ("121s", false),
        ] {
            assert_eq!(parse(text, allowed.clone()).is_ok(), fits, "{text}");
        }
        let error = parse("1h", allowed).unwrap_err();
        assert_eq!(error.to_string(), "take at least 1s and at most 2m");
    }
}
