//! The name of a part of a recording. It says how much was recorded up to its end, so that nobody has
//! to read the parts to know.

use std::fmt;
use std::time::Duration;

use meeting::recording::session::Extent;

/// The parts are numbered from 1 on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PartName {
    pub(super) number: u32,
    /// With this part and all before it.
    pub(super) extent: Extent,
}

impl PartName {
    /// The part after this one, which ends so long after the beginning.
    pub(super) const fn next(self, until: Duration, bytes: u64) -> Self {
        Self {
            number: self.number.saturating_add(1),
            extent: Extent {
                length: until,
                bytes: self.extent.bytes.saturating_add(bytes),
            },
        }
    }

    /// Reads a name; nothing if the file is no part.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let mut numbers = name.strip_suffix(".part")?.split('-');
        let (number, millis, bytes) = (numbers.next()?, numbers.next()?, numbers.next()?);
        Some(Self {
            number: number.parse().ok()?,
            extent: Extent {
                length: Duration::from_millis(millis.parse().ok()?),
                bytes: bytes.parse().ok()?,
            },
        })
    }
}

impl fmt::Display for PartName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Extent { length, bytes } = self.extent;
        write!(
            formatter,
            "{}-{}-{bytes}.part",
            self.number,
            length.as_millis()
        )
    }
}

/// The parts among some files, in their order.
pub(super) fn parts(names: &[String]) -> Vec<PartName> {
    let mut parts: Vec<_> = names
        .iter()
        .filter_map(|name| PartName::parse(name))
        .collect();
    parts.sort_unstable_by_key(|part| part.number);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_how_much_was_recorded_with_it() {
        let first = PartName::default().next(Duration::from_millis(1018), 60_000);
        let second = first.next(Duration::from_millis(2040), 110_000);
        assert_eq!(second.to_string(), "2-2040-170000.part");
        assert_eq!(PartName::parse(&second.to_string()), Some(second));
    }

    #[test]
    fn parts_are_read_in_their_order_and_other_files_are_none() {
        let mut names: Vec<String> = (1..12)
            .map(|number| format!("{number}-{number}000-{number}.part"))
            .collect();
        names.reverse();
        let others = [
            "about.json",
            "3-1.part",
            "x-1-1.part",
            "4-4000-4.part.crswap",
        ];
        names.extend(others.map(str::to_owned));
        let numbers: Vec<_> = parts(&names).iter().map(|part| part.number).collect();
        assert_eq!(numbers, Vec::from_iter(1..12));
    }
}
