//! What stands in for somebody who is not seen.

use meeting::id::{DisplayName, ParticipantId};
use meeting::visible::clusters;

/// How many colours avatars have; the style sheet names them.
const HUES: u32 = 6;

/// The most characters of which something is made that is seen as one: two people who kiss, with
/// the colours of their skins. What has more would not fit into a face.
const ONE: usize = 10;

/// One or two letters for a name, which the style sheet shows in capitals.
pub(crate) fn initials(name: &DisplayName) -> String {
    let mut words = name.as_str().split_whitespace();
    let first = words.next();
    let letters = [first, words.next_back()]
        .into_iter()
        .flatten()
        .filter_map(|word| clusters(word).next())
        .map(|cluster| match cluster.char_indices().nth(1) {
            // The joiners of India and of emoji stand between what is whole without them.
            Some((second, _)) if cluster.chars().nth(ONE).is_some() => {
                cluster.get(..second).unwrap_or(cluster)
            }
            _ => cluster,
        });
    letters.collect()
}

/// The colour that belongs to somebody, the same in everybody's browser.
pub(crate) fn hue(id: &ParticipantId) -> u32 {
    id.as_str().bytes().map(u32::from).sum::<u32>() % HUES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_come_from_the_first_and_the_last_word() {
        let of = |name: &str| initials(&DisplayName::try_from(name.to_owned()).unwrap());
        assert_eq!(of("Ada"), "A");
        assert_eq!(of("ada king Lovelace"), "aL");
        assert_eq!(of("李明"), "李");
        assert_eq!(of("😀"), "😀");
        // What a person sees as one is one.
        assert_eq!(of("🇩🇪 Heidi"), "🇩🇪H");
        assert_eq!(of("👩‍🚀 e\u{301}va"), "👩‍🚀e\u{301}");
    }

    #[test]
    fn what_is_joined_without_end_does_not_fill_the_face() {
        let of = |name: String| initials(&DisplayName::try_from(name).unwrap());
        let emoji = ["😀"; 32].join("\u{200d}");
        assert_eq!(of(emoji), "😀");
        let conjunct = ["क"; 20].join("\u{94d}");
        assert_eq!(of(conjunct), "क");
        let kiss = "👩🏻\u{200d}❤\u{fe0f}\u{200d}💋\u{200d}👨🏻";
        assert_eq!(of(kiss.to_owned()), kiss);
    }

    #[test]
    fn everybody_has_a_colour_of_the_style_sheet() {
        for byte in 0..=255 {
            assert!(hue(&ParticipantId::from_bytes([byte; 16])) < HUES);
        }
    }
}
