//! What a page can do beyond its version.

use serde::{Deserialize, Serialize};

use crate::limits;

/// Names of what a page can do that others of the same version may not. A name that the receiver
/// does not know says nothing to it, and neither does what is beyond [`limits::CAPABILITIES`] or
/// longer than [`limits::CAPABILITY_BYTES`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<String>")]
pub struct Capabilities(Vec<String>);

impl Capabilities {
    /// Whether this is among them.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|known| known == name)
    }
}

impl From<Vec<String>> for Capabilities {
    fn from(names: Vec<String>) -> Self {
        let short = |name: &String| name.len() <= limits::CAPABILITY_BYTES;
        let names = names.into_iter().filter(short);
        Self(names.take(limits::CAPABILITIES).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(names: &[String]) -> Capabilities {
        serde_json::from_str(&serde_json::to_string(names).unwrap()).unwrap()
    }

    #[test]
    fn as_many_as_the_limit_are_kept_and_no_more() {
        let most = limits::CAPABILITIES;
        for (count, kept) in [(most - 1, most - 1), (most, most), (most + 1, most)] {
            let names: Vec<_> = (0..count).map(|number| number.to_string()).collect();
            assert_eq!(read(&names).0.len(), kept, "{count}");
        }
    }

    #[test]
    fn a_name_at_the_limit_is_kept_and_one_over_it_is_not() {
        let longest = limits::CAPABILITY_BYTES;
        for (length, kept) in [(longest - 1, true), (longest, true), (longest + 1, false)] {
            let name = "x".repeat(length);
            let capabilities = read(&[name.clone(), "files".to_owned()]);
            assert_eq!(capabilities.has(&name), kept, "{length}");
            assert!(capabilities.has("files"), "{length}");
        }
    }
}
