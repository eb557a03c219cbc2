use std::fmt::Write as _;

use icu_properties::props::{
    DefaultIgnorableCodePoint, EmojiModifier, GeneralCategory, GraphemeClusterBreak,
    NoncharacterCodePoint, PrependedConcatenationMark,
};
use icu_properties::{CodePointMapData, CodePointSetData};
use meeting::visible::{clusters, has_visible, prefix};
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

/// What a table has to hold, and why.
struct Table {
    name: &'static str,
    says: &'static str,
    holds: fn(char) -> bool,
}

const TABLES: [Table; 5] = [
    Table {
        name: "HIDDEN",
        says: "No shape of their own: default ignorable code points, control and format characters but\n/// the visible ones, ends of lines, and what is no character.",
        holds: is_hidden,
    },
    Table {
        name: "MARKS",
        says: "Nonspacing and enclosing marks, and what is set like them.",
        holds: |c| extends(c) && !is_visible_modifier(c),
    },
    Table {
        name: "SPACING",
        says: "Marks that take a place of their own beside their letter.",
        holds: |c| cluster_break(c) == GraphemeClusterBreak::SpacingMark,
    },
    Table {
        name: "PREPENDED",
        says: "What belongs to the character after it.",
        holds: |c| cluster_break(c) == GraphemeClusterBreak::Prepend,
    },
    Table {
        name: "LINKERS",
        says: "Viramas that link two consonants into one shape.",
        holds: is_linker,
    },
];

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

fn cluster_break(c: char) -> GraphemeClusterBreak {
    CodePointMapData::<GraphemeClusterBreak>::new().get(c)
}

fn extends(c: char) -> bool {
    cluster_break(c) == GraphemeClusterBreak::Extend
}

fn is_visible_modifier(c: char) -> bool {
    CodePointSetData::new::<EmojiModifier>().contains(c)
        || category(c) == GeneralCategory::ModifierLetter
}

fn is_hidden(c: char) -> bool {
    let shapeless = match category(c) {
        GeneralCategory::Control
        | GeneralCategory::LineSeparator
        | GeneralCategory::ParagraphSeparator => true,
        GeneralCategory::Format => {
            !CodePointSetData::new::<PrependedConcatenationMark>().contains(c)
        }
        _ => false,
    };
    shapeless
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || CodePointSetData::new::<NoncharacterCodePoint>().contains(c)
}

/// Whether two consonants with this between them are one cluster.
fn is_linker(c: char) -> bool {
    use icu_properties::props::IndicConjunctBreak;
    CodePointMapData::<IndicConjunctBreak>::new().get(c) == IndicConjunctBreak::Linker
}

fn source(table: &Table) -> String {
    let mut ranges: Vec<(char, char)> = Vec::new();
    for c in ('\0'..=char::MAX).filter(|&c| (table.holds)(c)) {
        match ranges.last_mut() {
            Some((_, last)) if u32::from(*last) + 1 == u32::from(c) => *last = c,
            _ => ranges.push((c, c)),
        }
    }
    let mut source = format!(
        "\n/// {}\n#[rustfmt::skip]\npub(super) const {}: &[(char, char)] = &[",
        table.says, table.name
    );
    for (at, (first, last)) in ranges.iter().enumerate() {
        let space = if at % 4 == 0 { "\n    " } else { " " };
        write!(
            source,
            "{space}('\\u{{{:x}}}', '\\u{{{:x}}}'),",
            u32::from(*first),
            u32::from(*last)
        )
        .unwrap();
    }
    source + "\n];\n"
}

#[test]
fn the_tables_are_those_of_the_unicode_character_database() {
    let head = "//! Ranges of characters, first and last, in order. They are written by the test that holds them to\n//! the Unicode Character Database.\n";
    let wanted: String = std::iter::once(head.to_owned())
        .chain(TABLES.iter().map(source))
        .collect();
    assert!(
        include_str!("../../src/visible/tables.rs") == wanted,
        "meeting/src/visible/tables.rs should be:\n{wanted}"
    );
}

#[test]
fn what_shows_nothing_is_told_from_what_shows_something() {
    for nothing in [
        "",
        " \t\r\n",
        "\u{3164}",
        "\u{ffa0}",
        "\u{2800}\u{2800}",
        "\u{115f}\u{1160}",
        "\u{e0041}\u{e007f}",
        "\u{1d159}",
        "\u{180e}\u{180b}",
        "\u{fe0f}",
        "\u{200d}\u{200c}\u{200b}",
        "\u{ad}\u{34f}",
        "\u{17b4}",
        "\u{1bca0}\u{1d173}",
        "\u{2028}\u{2029}\u{85}",
        "\u{3000}\u{a0}\u{1680}",
        "\u{fff9}\u{fffb}\u{fffc}",
        "\u{301}\u{20dd}",
        "\u{2065}\u{fff0}\u{e0fff}",
        "\u{fffe}\u{10ffff}\u{fdd0}",
        "\u{13441}\u{13430}",
    ] {
        assert!(!has_visible(nothing), "{}", nothing.escape_unicode());
    }
    for something in [
        "a",
        ".",
        "é",
        "e\u{301}",
        "李",
        "😀",
        "🇩🇪",
        "\u{600}",
        "ำa",
        "☃\u{fe0f}",
        "1\u{fe0f}\u{20e3}",
        "🏽",
        "ﾞ",
        "᠎a",
        "\u{e000}",
        "-",
    ] {
        assert!(has_visible(something), "{}", something.escape_unicode());
    }
}

#[test]
fn what_is_seen_as_one_stays_in_one_piece() {
    for (text, pieces) in [
        ("🇩🇪🇫🇷🇮", vec!["🇩🇪", "🇫🇷", "🇮"]),
        ("👩‍👧a", vec!["👩‍👧", "a"]),
        ("👍🏽👍", vec!["👍🏽", "👍"]),
        ("e\u{301}e", vec!["e\u{301}", "e"]),
        ("1\u{fe0f}\u{20e3}2", vec!["1\u{fe0f}\u{20e3}", "2"]),
        ("각가ᄀ", vec!["각", "가", "ᄀ"]),
        ("ᄀ\u{1161}\u{11a8}ᄀ", vec!["ᄀ\u{1161}\u{11a8}", "ᄀ"]),
        ("क्षि", vec!["क्षि"]),
        ("นำa", vec!["นำ", "a"]),
        ("a\r\nb", vec!["a", "\r\n", "b"]),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿🏴", vec!["🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴"]),
        ("", vec![]),
    ] {
        assert_eq!(clusters(text).collect::<Vec<_>>(), pieces, "{text}");
    }
}

#[test]
fn a_cut_leaves_what_is_seen_as_one_whole() {
    assert_eq!(prefix("ab🇩🇪", 3), "ab");
    assert_eq!(prefix("ab🇩🇪", 4), "ab🇩🇪");
    assert_eq!(prefix("ab", 9), "ab");
    assert_eq!(prefix("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 7), "🏴󠁧󠁢󠁥󠁮󠁧󠁿");
    // There is nothing whole that is short enough.
    assert_eq!(prefix("🇩🇪", 1), "🇩");
    assert_eq!(prefix("ab", 0), "");
}

/// Texts of characters that hold together in some way with their neighbours.
fn clinging() -> impl Strategy<Value = String> {
    let special: Vec<char> = [
        'a', 'é', '\r', '\n', ' ', '\u{200d}', '\u{200c}', '\u{200b}', '👩', '❤', '🏴', '🏽',
    ]
    .into_iter()
    .chain([
        '\u{1f1e9}',
        '\u{1f1ea}',
        '\u{301}',
        '\u{fe0f}',
        '\u{e0067}',
        '\u{e007f}',
        '\u{94d}',
        '\u{d4d}',
    ])
    .chain([
        'क', 'ष', 'ക', 'ᄀ', '\u{1161}', '\u{11a8}', '각', '가', '\u{e33}', '\u{600}', '\u{ff9e}',
    ])
    .collect();
    let one = prop_oneof![4 => prop::sample::select(special), 1 => any::<char>()];
    prop::collection::vec(one, 0..12).prop_map(|chars| chars.into_iter().collect())
}

/// A flag behind a character that belongs to what follows it was cut in two.
#[test]
fn a_flag_is_whole_whatever_stands_before_it() {
    for text in ["\u{600}🇩🇪", "🇩\u{200d}🇩🇪", "\u{600}🇩🇪🇫🇷"] {
        let mut found = clusters(text);
        let first = found.next().unwrap();
        assert!(first.ends_with("🇩🇪"), "{first:?} of {text:?}");
    }
}

/// Two consonants that belong together were taken for two where a mark stands between them, and so
/// were vowels of Kirat Rai.
#[test]
fn what_is_linked_is_one_whatever_marks_stand_between() {
    for text in [
        "क\u{94d}\u{301}क",
        "क\u{94d}\u{200d}\u{301}ष",
        "क\u{301}\u{94d}क",
    ] {
        assert_eq!(clusters(text).next(), Some(text));
    }
}

proptest! {
    #[test]
    fn no_cluster_is_ever_cut(text in clinging()) {
        let wanted: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
        let mut at = 0;
        for cluster in clusters(&text) {
            prop_assert!(wanted.contains(&at), "{:?} at {at}", text);
            at += cluster.len();
        }
        prop_assert_eq!(at, text.len());
    }

    #[test]
    fn a_prefix_is_a_beginning_that_is_short_enough(text in clinging(), chars in 0_usize..12) {
        let prefix = prefix(&text, chars);
        prop_assert!(text.starts_with(prefix));
        prop_assert!(prefix.chars().count() <= chars);
    }
}
