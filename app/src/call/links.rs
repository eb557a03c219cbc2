//! Links in what people write. Only `http` and `https` become links; nothing else can be clicked.

/// Links in one message; what looks like another one stays text. Each is an element of the page, and
/// whoever writes a thousand must not make the pages of others slow.
const LINKS: usize = 20;

/// A piece of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Anything that is no link.
    Text(&'a str),
    /// A web address, as it was written.
    Link(&'a str),
}

/// Cuts a message into words and links. Put together again, the pieces are the message.
pub(crate) fn pieces(message: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = message;
    for _ in 0..LINKS {
        let Some((text, link, after)) = next_link(rest) else {
            break;
        };
        if !text.is_empty() {
            found.push(Piece::Text(text));
        }
        found.push(Piece::Link(link));
        rest = after;
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest));
    }
    found
}

/// The text before the first link, the link, and what follows it.
fn next_link(text: &str) -> Option<(&str, &str, &str)> {
    let mut word_start = true;
    for (at, c) in text.char_indices() {
        let (before, candidate) = text.split_at(at);
        if word_start && let Some(length) = link_length(candidate) {
            let (link, after) = candidate.split_at(length);
            return Some((before, link, after));
        }
        word_start = !c.is_alphanumeric();
    }
    None
}

/// How many bytes of the beginning of a text are a link.
fn link_length(text: &str) -> Option<usize> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })?;
    // Before anything that looks at the rest of the message, which may begin with a link everywhere.
    let host = text.get(scheme.len()..)?;
    if !host.starts_with(|c: char| c.is_alphanumeric() || c == '[') {
        return None;
    }
    let ends = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '`');
    let end = text.find(ends).unwrap_or(text.len());
    text.get(..end).map(without_punctuation)
}

/// The length without the marks that end a sentence or close a bracket opened before the link.
fn without_punctuation(link: &str) -> usize {
    let count = |wanted: char| link.matches(wanted).count();
    let mut unopened = [('(', ')'), ('[', ']'), ('{', '}')]
        .map(|(opening, closing)| (closing, count(closing).saturating_sub(count(opening))));
    let mut is_mark = |c: char| {
        if let Some((_, unopened)) = unopened.iter_mut().find(|(closing, _)| *closing == c) {
            let is_mark = *unopened > 0;
            *unopened = unopened.saturating_sub(1);
            return is_mark;
        }
        matches!(
            c,
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '。' | '，'
        )
    };
    link.trim_end_matches(&mut is_mark).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(text: &str) -> Vec<&str> {
        let link = |piece: &Piece<'_>| matches!(piece, Piece::Link(_));
        pieces(text).into_iter().filter(link).map(written).collect()
    }

    fn written(piece: Piece<'_>) -> &str {
        match piece {
            Piece::Text(text) | Piece::Link(text) => text,
        }
    }

    #[test]
    fn a_web_address_among_words_becomes_a_link() {
        let found = pieces("see https://a.example/x?y=1#z now");
        let wanted = [
            Piece::Text("see "),
            Piece::Link("https://a.example/x?y=1#z"),
            Piece::Text(" now"),
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn punctuation_after_an_address_is_not_part_of_it() {
        assert_eq!(links("Is it (http://a.example/)?"), ["http://a.example/"]);
        assert_eq!(
            links("http://a.example/a_(b), yes"),
            ["http://a.example/a_(b)"]
        );
        assert_eq!(links("HTTPS://A.example/."), ["HTTPS://A.example/"]);
        assert_eq!(links("see http://a.example。"), ["http://a.example"]);
    }

    #[test]
    fn nothing_but_http_and_https_can_be_clicked() {
        for text in [
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc",
            "xhttp://a",
            "https://",
            "http://.",
        ] {
            assert_eq!(links(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_message_made_to_be_slow_is_cut_in_no_time_and_has_few_links() {
        let slow = ["http://-".repeat(256), ")".repeat(2048)].concat();
        let brackets = ["http://a".to_owned(), "(".repeat(2000), ")".repeat(2040)].concat();
        let many = "http://a ".repeat(455);
        for text in [slow, brackets, many] {
            // A thousand times, which took an hour when every bracket was counted again for each.
            let longest = (0..1000).map(|_| pieces(&text).len()).max();
            assert!(longest <= Some(2 * LINKS + 1), "{longest:?}");
        }
    }

    #[test]
    fn the_pieces_are_the_whole_message() {
        for text in [
            "",
            "a\nb",
            "http://a http://b",
            "漢字 http://例え.jp/道 終",
            "(((http://a)))...",
        ] {
            let together: String = pieces(text).into_iter().map(written).collect();
            assert_eq!(together, text);
        }
    }
}
