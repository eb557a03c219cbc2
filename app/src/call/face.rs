//! What stands in for somebody who is not seen.

use meeting::id::{DisplayName, ParticipantId};
use meeting::visible::clusters;

/// How many colours avatars have; the style sheet names them.
const HUES: u32 = 6;

/// One or two letters for a name.
pub(crate) fn initials(name: &DisplayName) -> String {
    let mut words = name.as_str().split_whitespace();
    let first = words.next();
    let letters = [first, words.next_back()]
        .into_iter()
        .flatten()
        .filter_map(|word| clusters(word).next());
    letters.map(str::to_uppercase).collect()
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
        assert_eq!(of("ada king lovelace"), "AL");
        assert_eq!(of("李明"), "李");
        assert_eq!(of("😀"), "😀");
        // What a person sees as one is one.
        assert_eq!(of("🇩🇪 Heidi"), "🇩🇪H");
        assert_eq!(of("👩‍🚀 e\u{301}va"), "👩‍🚀E\u{301}");
    }

    #[test]
    fn everybody_has_a_colour_of_the_style_sheet() {
        for byte in 0..=255 {
            assert!(hue(&ParticipantId::from_bytes([byte; 16])) < HUES);
        }
    }
}
