//! Looking for plain words in short texts.
//!
//! The search of the standard library is made for long ones, and a page loads it before anything else.

/// Where a word of ASCII first stands in a text, in capitals or not.
pub(crate) fn find(text: &str, word: &str) -> Option<usize> {
    let mut places = text.as_bytes().windows(word.len().max(1));
    places.position(|place| place.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_where_it_first_stands() {
        assert_eq!(find("one two one", "one"), Some(0));
        assert_eq!(find("éa HTTPS://b https://c", "https://"), Some(4));
        assert_eq!(find("one", "one two"), None);
        assert_eq!(find("", "one"), None);
    }
}
