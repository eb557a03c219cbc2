//! How fast a large file comes, and what it does to the voice beside it.

use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::shell;

/// The file of the measurement, in bytes.
const SIZE: u64 = 200_000_000;

/// What became of the voice meanwhile.
#[derive(Debug, PartialEq, Eq)]
struct Voice {
    time: Duration,
    /// RTP packets.
    lost: u64,
    received: u64,
    /// Samples that the browser made up for what did not come in time.
    concealed: u64,
    samples: u64,
}

/// Measures both in one call and prints them.
///
/// # Errors
///
/// The page does not build, the file does not arrive, or it costs the voice packets.
pub(crate) fn files() -> Result<()> {
    let lines = super::measure("files")?;
    let [without, with] =
        ["without", "with"].map(|name| lines.iter().find_map(|line| line.strip_prefix(name)));
    let without = Voice::read(without.context("nothing was measured without a file")?)?;
    let with = Voice::read(with.context("nothing was measured with a file")?)?;
    let rate = u128::from(SIZE) / with.time.as_millis().max(1) * 1000;
    shell::report(&format!(
        "{SIZE} bytes in {:.1} s, {:.1} MB a second\n{}\n{}",
        with.time.as_secs_f64(),
        rate as f64 / 1e6,
        without.told("without a file"),
        with.told("with it")
    ));
    if with.lost > without.lost {
        bail!("the voice lost {} packets to the file", with.lost);
    }
    Ok(())
}

impl Voice {
    /// Reads a line of five numbers.
    fn read(line: &str) -> Result<Self> {
        let numbers: Vec<u64> = line
            .split_whitespace()
            .map(|it| it.parse().with_context(|| format!("no number in: {line}")))
            .collect::<Result<_>>()?;
        let [millis, lost, received, concealed, samples] = numbers[..] else {
            bail!("not five numbers: {line}");
        };
        Ok(Self {
            time: Duration::from_millis(millis),
            lost,
            received,
            concealed,
            samples,
        })
    }

    fn told(&self, when: &str) -> String {
        let per_mille = self.concealed * 1000 / self.samples.max(1);
        format!(
            "voice {when}, {:.1} s: {} packets lost of {}, {} samples concealed of {} ({per_mille} per mille)",
            self.time.as_secs_f64(),
            self.lost,
            self.received,
            self.concealed,
            self.samples
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_five_numbers() {
        let voice = Voice::read(" 20000 1 1000 480 960000").expect("well-formed");
        assert_eq!((voice.lost, voice.samples), (1, 960_000));
        assert!(voice.told("now").contains("1 packets lost of 1000"));
        assert!(Voice::read("1 2 3").is_err());
        assert!(Voice::read("1 2 3 4 x").is_err());
    }
}
