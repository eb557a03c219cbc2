//! Random numbers: of the operating system, or in a simulation of its seed.

use getrandom::Error;

/// Fills this with what nobody can guess.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), Error> {
    #[cfg(test)]
    if seeded::fill(bytes) {
        return Ok(());
    }
    getrandom::fill(bytes)
}

/// A number that nobody can guess.
pub(crate) fn number() -> Result<u64, Error> {
    let mut bytes = [0; 8];
    fill(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

/// Chance from a seed, for everything on one thread.
#[cfg(test)]
pub(crate) mod seeded {
    use std::cell::RefCell;

    use meeting::backoff::Jitter;

    thread_local! {
        static SOURCE: RefCell<Option<Jitter>> = const { RefCell::new(None) };
    }

    /// From now on chance comes from this seed.
    pub(crate) fn begin(seed: u64) {
        SOURCE.set(Some(Jitter::new(seed)));
    }

    pub(super) fn fill(bytes: &mut [u8]) -> bool {
        SOURCE.with_borrow_mut(|source| {
            let Some(source) = source else {
                return false;
            };
            for chunk in bytes.chunks_mut(8) {
                let random = source.next_u64().to_le_bytes();
                chunk.copy_from_slice(&random[..chunk.len()]);
            }
            true
        })
    }
}
