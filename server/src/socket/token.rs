//! Resume tokens.
//!
//! A token has two halves of 256 bits. The first is the participant's lasting secret: their id is
//! derived from it, so any server can tell from the token alone whom it speaks of. The second is
//! replaced at each join, and only its hash is kept, so a token that was used is worthless.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use meeting::id::{ParticipantId, ResumeToken};
use sha2::{Digest, Sha256};
use store::{Runtime, TokenHash};
use thiserror::Error;

const HALF_BYTES: usize = 32;

/// A resume token, taken apart.
pub(crate) struct Token {
    identity: [u8; HALF_BYTES],
    rotating: [u8; HALF_BYTES],
}

/// Why a token could not be made or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum TokenError {
    /// Not one of ours.
    #[error("not a resume token of this server")]
    Malformed,
    /// The operating system has no random numbers.
    #[error("no random numbers to be had from the operating system")]
    Random,
}

impl Token {
    /// The first token of somebody new.
    pub(crate) fn new(runtime: &dyn Runtime) -> Result<Self, TokenError> {
        Ok(Self {
            identity: random_half(runtime)?,
            rotating: random_half(runtime)?,
        })
    }

    /// The token that follows this one: the same participant, a new proof.
    pub(crate) fn next(&self, runtime: &dyn Runtime) -> Result<Self, TokenError> {
        Ok(Self {
            identity: self.identity,
            rotating: random_half(runtime)?,
        })
    }

    /// Reads what [`Self::to_wire`] wrote.
    pub(crate) fn parse(token: &ResumeToken) -> Result<Self, TokenError> {
        let (identity, rotating) = token
            .as_str()
            .split_once('.')
            .ok_or(TokenError::Malformed)?;
        Ok(Self {
            identity: decode(identity)?,
            rotating: decode(rotating)?,
        })
    }

    /// The token as the browser gets it.
    pub(crate) fn to_wire(&self) -> Result<ResumeToken, TokenError> {
        let encode = |half| URL_SAFE_NO_PAD.encode(half);
        let text = format!("{}.{}", encode(self.identity), encode(self.rotating));
        text.try_into().map_err(|_| TokenError::Malformed)
    }

    /// Whose token this is.
    pub(crate) fn participant(&self) -> ParticipantId {
        let digest: [u8; 32] = Sha256::digest(self.identity).into();
        let [first, _] = halves(digest);
        ParticipantId::from_bytes(first)
    }

    /// What the store keeps of this token.
    pub(crate) fn proof(&self) -> TokenHash {
        TokenHash::from_bytes(Sha256::digest(self.rotating).into())
    }
}

fn halves(digest: [u8; 32]) -> [[u8; 16]; 2] {
    let mut halves = [[0; 16]; 2];
    for (to, from) in halves.as_flattened_mut().iter_mut().zip(digest) {
        *to = from;
    }
    halves
}

fn random_half(runtime: &dyn Runtime) -> Result<[u8; HALF_BYTES], TokenError> {
    let mut bytes = [0; HALF_BYTES];
    runtime.random(&mut bytes).map_err(|_| TokenError::Random)?;
    Ok(bytes)
}

fn decode(text: &str) -> Result<[u8; HALF_BYTES], TokenError> {
    let bytes = URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| TokenError::Malformed)?;
    bytes.try_into().map_err(|_| TokenError::Malformed)
}

#[cfg(test)]
mod tests {
    use store::Tokio;

    use super::*;

    #[test]
    fn a_token_survives_the_way_to_the_browser_and_back() {
        let token = Token::new(&Tokio).unwrap();
        let back = Token::parse(&token.to_wire().unwrap()).unwrap();
        assert_eq!(back.participant(), token.participant());
        assert!(back.proof().matches(&token.proof()));
    }

    #[test]
    fn the_next_token_is_of_the_same_participant_but_proves_something_else() {
        let token = Token::new(&Tokio).unwrap();
        let next = token.next(&Tokio).unwrap();
        assert_eq!(next.participant(), token.participant());
        assert!(!next.proof().matches(&token.proof()));
    }

    #[test]
    fn two_newcomers_are_two_people() {
        assert_ne!(
            Token::new(&Tokio).unwrap().participant(),
            Token::new(&Tokio).unwrap().participant()
        );
    }

    #[test]
    fn a_text_that_is_no_token_is_refused() {
        let half = URL_SAFE_NO_PAD.encode([7; 32]);
        let short = URL_SAFE_NO_PAD.encode([7; 31]);
        let long = URL_SAFE_NO_PAD.encode([7; 33]);
        for text in [
            half.clone(),
            format!("{half}."),
            format!(".{half}"),
            format!("{half}.{short}"),
            format!("{long}.{half}"),
            format!("{half}.{half}.{half}"),
        ] {
            let token: ResumeToken = text.parse().unwrap();
            assert_eq!(
                Token::parse(&token).err(),
                Some(TokenError::Malformed),
                "{text}"
            );
        }
    }
}
