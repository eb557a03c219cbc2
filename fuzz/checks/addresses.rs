//! Addresses that an operator enters or a browser sends: what is read has one form.

use super::ice_url::IceUrl;
use super::origin::Origin;

/// The URL of a STUN or TURN server.
pub fn ice_url(text: &str) {
    let readers = [IceUrl::stun as fn(&str) -> _, IceUrl::turn];
    for read in readers {
        if let Ok(url) = read(text) {
            assert!(url.as_str().is_ascii() && !url.as_str().contains(' '));
            assert_eq!(read(url.as_str()), Ok(url));
        }
    }
}

/// A web origin.
pub fn origin(text: &str) {
    if let Ok(origin) = text.parse::<Origin>() {
        let written = origin.to_string();
        assert_eq!(written, written.to_ascii_lowercase());
        assert_eq!(written.parse(), Ok(origin));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus;

    #[test]
    fn every_address_of_the_corpus_has_one_form() {
        corpus::each("ice_url", ice_url);
        corpus::each("origin", origin);
    }
}
