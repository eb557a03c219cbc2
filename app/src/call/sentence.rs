//! Sentences with somebody's words in them, kept apart from ours: whatever direction and language
//! those are written in, they change nothing around them.

use std::fmt;

use crate::messages::Named;

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Out of the catalogue.
    Ours(String),
    /// What somebody is called.
    Name(String),
    /// What somebody wrote.
    Quote(String),
}

/// A sentence in pieces, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sentence(Vec<Piece>);

impl Sentence {
    /// Ours alone.
    pub(crate) fn plain(text: &str) -> Self {
        Self(vec![Piece::Ours(text.to_owned())])
    }

    /// A sentence of the catalogue with a name in it, wherever the language puts the name.
    pub(crate) fn about(named: Named, name: &str) -> Self {
        // No text of the catalogue holds this one: it is no character.
        const SLOT: char = '\u{ffff}';
        let text = named(SLOT.encode_utf8(&mut [0; 4]));
        let (before, after) = text.split_once(SLOT).unwrap_or((&text, ""));
        let ours = |text: &str| (!text.is_empty()).then(|| Piece::Ours(text.to_owned()));
        let name = Piece::Name(name.to_owned());
        Self(
            ours(before)
                .into_iter()
                .chain([name])
                .chain(ours(after))
                .collect(),
        )
    }

    /// What somebody wrote.
    pub(crate) fn said(name: &str, text: String) -> Self {
        let name = Piece::Name(name.to_owned());
        Self(vec![name, Piece::Ours(": ".to_owned()), Piece::Quote(text)])
    }

    /// This sentence and another one after it.
    pub(crate) fn then(mut self, next: Self) -> Self {
        self.0.push(Piece::Ours(" ".to_owned()));
        self.0.extend(next.0);
        self
    }

    /// The name that it is, if it is nothing else.
    pub(crate) fn as_name(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Piece::Name(name)] => Some(name),
            _ => None,
        }
    }

    /// The sentence for where text alone is drawn: each piece that is somebody's stands between
    /// the characters that
    /// [isolate](https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates) its direction.
    pub(crate) fn isolated(&self) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Ours(text) => text.clone(),
            Piece::Name(text) | Piece::Quote(text) => ["\u{2068}", text, "\u{2069}"].concat(),
        };
        self.0.iter().map(piece).collect()
    }

    /// What it is made of, in order, for an element each.
    pub(crate) fn into_pieces(self) -> Vec<Piece> {
        self.0
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Ours(text) | Piece::Name(text) | Piece::Quote(text) => formatter.write_str(text),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_where_the_language_puts_it() {
        let joined = Sentence::about(|name| [name, " joined"].concat(), "Ada");
        let ours = |text: &str| Piece::Ours(text.to_owned());
        let ada = Piece::Name("Ada".to_owned());
        assert_eq!(joined.into_pieces(), [ada.clone(), ours(" joined")]);
        let pinned = Sentence::about(|name| ["Pin ", name].concat(), "Ada");
        assert_eq!(pinned.to_string(), "Pin Ada");
        assert_eq!(pinned.into_pieces(), [ours("Pin "), ada]);
    }

    #[test]
    fn a_name_changes_the_direction_of_nothing_around_it() {
        let screen = Sentence::about(|name| [name, "'s screen"].concat(), "אבגדה");
        assert_eq!(screen.isolated(), "\u{2068}אבגדה\u{2069}'s screen");
        assert_eq!(screen.as_name(), None);
        let name = Sentence::about(str::to_owned, "אבגדה");
        assert_eq!(name.as_name(), Some("אבגדה"));
    }
}
