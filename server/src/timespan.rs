//! Time spans as an operator writes them: `500ms`, `90s`, `10m`, `1h`.

use std::ops::RangeInclusive;
use std::time::Duration;

use thiserror::Error;

/// Why a text is not a time span.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum TimeSpanError {
    /// Not a number and a unit.
    #[error("write a number and a unit: 500ms, 90s, 10m or 1h")]
    Form,
    /// Too short or too long for its purpose.
    #[error("take at least {} and at most {}", write(.0), write(.1))]
    Range(Duration, Duration),
}

/// Reads a time span within these bounds.
pub(crate) fn parse(
    text: &str,
    allowed: RangeInclusive<Duration>,
) -> Result<Duration, TimeSpanError> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: u64 = digits.parse().map_err(|_| TimeSpanError::Form)?;
    let unit = match text.strip_prefix(digits) {
        Some("ms") => 1,
        Some("s") => 1000,
        Some("m") => 60 * 1000,
        Some("h") => 60 * 60 * 1000,
        _ => return Err(TimeSpanError::Form),
    };
    let span = Duration::from_millis(number.saturating_mul(unit));
    if allowed.contains(&span) {
        Ok(span)
    } else {
        let (shortest, longest) = allowed.into_inner();
        Err(TimeSpanError::Range(shortest, longest))
    }
}

/// The shortest way to write it.
pub(crate) fn write(span: &Duration) -> String {
    let millis = span.as_millis();
    let units = [("h", 60 * 60 * 1000), ("m", 60 * 1000), ("s", 1000)];
    let fits = units.iter().find(|(_, unit)| millis.is_multiple_of(*unit));
    fits.map_or_else(
        || format!("{millis}ms"),
        |(name, unit)| format!("{}{name}", millis / unit),
    )
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
        ] {
            assert_eq!(parse(text, ANY), Ok(Duration::from_millis(millis)));
        }
        for text in ["", "s", "10", "10 s", "-1s", "1.5s", "1d", "1sm"] {
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

    #[test]
    fn a_time_span_is_written_the_short_way() {
        for text in ["1500ms", "90s", "10m", "2h"] {
            assert_eq!(write(&parse(text, ANY).unwrap()), text);
        }
    }
}
