//! An audio context that ends with its owner.

use std::ops::Deref;

use web_sys::AudioContext;

use crate::error::JsError;

/// An [`AudioContext`](https://www.w3.org/TR/webaudio/#audiocontext). Dropping it closes it: a
/// browser has only so many of them, and keeps those that nobody closes.
#[derive(Debug)]
pub(crate) struct OwnedContext(AudioContext);

impl OwnedContext {
    pub(crate) fn new() -> Result<Self, JsError> {
        Ok(Self(AudioContext::new()?))
    }
}

impl Deref for OwnedContext {
    type Target = AudioContext;

    fn deref(&self) -> &AudioContext {
        &self.0
    }
}

impl Drop for OwnedContext {
    fn drop(&mut self) {
        // It only fails on what is closed already.
        drop(self.0.close());
    }
}
