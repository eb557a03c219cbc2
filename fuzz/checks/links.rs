//! Links in chat: the pieces are the whole message, and only http and https can be clicked.

use super::links::{Piece, pieces};

/// A message that somebody wrote.
pub fn message(text: &str) {
    let mut whole = String::new();
    for piece in pieces(text) {
        match piece {
            Piece::Text(words) => whole.push_str(words),
            Piece::Link(link) => {
                let scheme = link.split("://").next().unwrap_or_default();
                assert!(
                    ["http", "https"]
                        .iter()
                        .any(|known| scheme.eq_ignore_ascii_case(known))
                );
                assert!(!link.contains(char::is_whitespace) && !link.contains(char::is_control));
                assert_eq!(pieces(link), [piece], "a link alone is that link");
                whole.push_str(link);
            }
        }
    }
    assert_eq!(whole, text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus;

    #[test]
    fn every_message_of_the_corpus_is_cut_into_what_it_is() {
        corpus::each("links", message);
    }
}
