//! What a person sees as one character: extended grapheme clusters
//! ([UAX #29](https://www.unicode.org/reports/tr29/)).

use super::tables::{LINKERS, MARKS, PREPENDED, SPACING};
use super::{contains, is_joiner};

/// The clusters of a text, in order; put together they are the text. Where telling two clusters
/// apart would need tables of its own, for joined emoji and for joined consonants of India, they
/// are taken for one.
pub fn clusters(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (cluster, after) = rest.split_at_checked(first_cluster(rest))?;
        rest = after;
        (!cluster.is_empty()).then_some(cluster)
    })
}

/// The longest beginning of a text that has at most so many characters and ends where a cluster
/// does. Of a text that begins with a longer cluster it is that cluster, cut.
pub fn prefix(text: &str, chars: usize) -> &str {
    let mut length = 0;
    let mut counted = 0;
    for cluster in clusters(text) {
        counted += cluster.chars().count();
        if counted > chars {
            break;
        }
        length += cluster.len();
    }
    if length == 0 {
        length = text
            .char_indices()
            .nth(chars)
            .map_or(text.len(), |(at, _)| at);
    }
    text.get(..length).unwrap_or(text)
}

/// How many bytes the first cluster has.
fn first_cluster(text: &str) -> usize {
    let mut chars = text.char_indices();
    let Some((_, mut before)) = chars.next() else {
        return 0;
    };
    // Flags are pairs of letters: a third letter begins the next flag.
    let mut flag_letters = usize::from(is_flag_letter(before));
    // Marks may stand between what links two consonants and the second of them.
    let mut links = contains(LINKERS, before);
    for (at, c) in chars {
        let pairs = is_flag_letter(c) && flag_letters == 1;
        let is_linked = links && c.is_alphabetic();
        if !pairs && !is_linked && !holds_together(before, c) {
            return at;
        }
        links = contains(LINKERS, c) || links && extends(c);
        flag_letters = if pairs {
            2
        } else {
            usize::from(is_flag_letter(c))
        };
        before = c;
    }
    text.len()
}

/// Whether two characters that follow each other belong to one cluster, flags aside.
fn holds_together(before: char, c: char) -> bool {
    if before == '\r' {
        return c == '\n';
    }
    if before.is_control() || c.is_control() {
        return false;
    }
    extends(c)
        || contains(SPACING, c)
        || contains(PREPENDED, before)
        || is_joiner(before) && !c.is_ascii()
        || is_hangul_syllable(before, c)
}

/// Whether a character belongs to whatever stands before it, with nothing between the two.
fn extends(c: char) -> bool {
    contains(MARKS, c) || is_joiner(c) || is_modifier(c)
}

const fn is_flag_letter(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

/// Tones of skin, and the marks of halfwidth katakana: they have a shape of their own, but belong
/// to what stands before them.
const fn is_modifier(c: char) -> bool {
    matches!(c, '\u{1f3fb}'..='\u{1f3ff}' | '\u{ff9e}' | '\u{ff9f}')
}

/// Whether two characters are parts of one syllable of Hangul, or of Kirat Rai, whose vowels behave
/// alike.
fn is_hangul_syllable(before: char, c: char) -> bool {
    let leads = matches!(before, '\u{1100}'..='\u{115f}' | '\u{a960}'..='\u{a97c}');
    let is_lead = matches!(c, '\u{1100}'..='\u{115f}' | '\u{a960}'..='\u{a97c}');
    let is_whole = |c| matches!(c, '\u{ac00}'..='\u{d7a3}');
    let is_vowel = |c| matches!(c, '\u{16d63}' | '\u{16d67}'..='\u{16d6a}');
    let is_rest = |c| is_vowel(c) || matches!(c, '\u{1160}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7fb}');
    leads && (is_lead || is_whole(c) || is_rest(c))
        || (is_whole(before) || is_rest(before)) && is_rest(c)
}
