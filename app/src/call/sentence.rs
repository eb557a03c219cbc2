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
        const PLACE: &str = "\u{ffff}";
        let text = named(PLACE);
        let (before, after) = text.split_once(PLACE).unwrap_or((&text, ""));
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

    /// Its pieces.
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
}
