//! What a person sees of a text: which characters show something, and what they see as one.
//!
//! The tables are those of the [Unicode Character Database](https://www.unicode.org/reports/tr44/);
//! a test holds them to it. `docs/decisions/0011-unicode-tables.md` says why they stand here.

mod clusters;
mod tables;

pub use clusters::{clusters, prefix};

use tables::{HIDDEN, MARKS, SPACING};

/// Characters that are neither white space nor ignorable and still show nothing. No property of
/// Unicode tells them apart: the blank of braille, the musical null notehead, the blanks among the
/// hieroglyphs, and the place of an object that is not there.
const BLANK: [char; 5] = [
    '\u{2800}',
    '\u{1d159}',
    '\u{13441}',
    '\u{13442}',
    '\u{fffc}',
];

/// Nonspacing marks that may follow each other: as many as
/// [UTS #39](https://www.unicode.org/reports/tr39/#Optional_Detection) lets pass. More of them
/// only grow over the lines above and below.
const MARKS_IN_A_ROW: usize = 4;

/// What flags of regions begin with, as in 🏴󠁧󠁢󠁥󠁮󠁧󠁿.
const BLACK_FLAG: char = '\u{1f3f4}';

/// Whether a text shows anything at all: at least one character that has a shape of its own.
/// Marks have none without a letter to stand on.
pub fn has_visible(text: &str) -> bool {
    text.chars().any(|c| {
        !is_space(c) && !contains(HIDDEN, c) && !contains(MARKS, c) && !contains(SPACING, c)
    })
}

/// White space, and whatever looks like it.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || BLANK.contains(&c)
}

/// A word without what cannot be seen and does not belong to something that can.
///
/// Joiners stay between two characters that are more than ASCII, as in families of emoji and in
/// Persian; variation selectors where there is something to vary; tags where they make a flag;
/// marks where there is a letter under them, up to a height.
pub(crate) fn shown(word: &str) -> Vec<char> {
    let mut kept = Vec::new();
    let mut marks = 0;
    let mut rest = word.chars();
    while let Some(c) = rest.next() {
        let stays = match c {
            _ if is_joiner(c) => true,
            _ if is_variation_selector(c) => kept.last().copied().is_some_and(varies),
            _ if contains(HIDDEN, c) => false,
            _ if contains(MARKS, c) => {
                marks += 1;
                marks <= MARKS_IN_A_ROW && kept.iter().any(|&c| !is_joiner(c))
            }
            _ => {
                marks = 0;
                true
            }
        };
        if stays {
            kept.push(c);
        }
        if c == BLACK_FLAG {
            let tags = tag_sequence(rest.as_str());
            kept.extend(rest.by_ref().take(tags));
        }
    }
    joined(&kept)
}

/// Drops the joiners that join nothing.
fn joined(chars: &[char]) -> Vec<char> {
    let joins = |c: Option<&char>| c.is_some_and(|c| !c.is_ascii() && !is_joiner(*c));
    let before = std::iter::once(None).chain(chars.iter().map(Some));
    let after = chars.iter().skip(1).map(Some).chain([None]);
    let around = before.zip(after);
    (chars.iter().zip(around))
        .filter(|(c, (before, after))| !is_joiner(**c) || joins(*before) && joins(*after))
        .map(|(c, _)| *c)
        .collect()
}

/// How many characters at the beginning of a text are the tags that make a flag of a region: three
/// to six letters and digits, and the end
/// ([UTS #51](https://www.unicode.org/reports/tr51/#valid-emoji-tag-sequences)).
fn tag_sequence(text: &str) -> usize {
    let is_tag = |c: &char| matches!(c, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}');
    let tags = text.chars().take_while(is_tag).count();
    let is_closed = text.chars().nth(tags) == Some('\u{e007f}');
    if is_closed && (3..=6).contains(&tags) {
        tags + 1
    } else {
        0
    }
}

pub(crate) const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

const fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether a character may have variants: any that is more than ASCII and stands for itself, and
/// what keycaps are made of.
fn varies(c: char) -> bool {
    let keycap = c.is_ascii_digit() || matches!(c, '#' | '*');
    keycap || !c.is_ascii() && !is_joiner(c) && !contains(MARKS, c)
}

/// Whether one of some ranges, in order, holds a character.
fn contains(ranges: &[(char, char)], c: char) -> bool {
    let after = ranges.partition_point(|&(first, _)| first <= c);
    let range = after.checked_sub(1).and_then(|at| ranges.get(at));
    range.is_some_and(|&(_, last)| c <= last)
}
