//! Keeping the screen awake during a call
//! ([Screen Wake Lock](https://www.w3.org/TR/screen-wake-lock/)).

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::bindings::{WakeLockManager, WakeLockSentinel};
use crate::object::get;

/// Keeps the screen awake until dropped, as far as the browser does so. A browser that cannot or
/// will not needs no words: the call goes on all the same.
#[derive(Debug)]
pub(crate) struct WakeLock(Rc<RefCell<State>>);

#[derive(Debug, Default)]
enum State {
    #[default]
    None,
    Asked,
    Held(WakeLockSentinel),
}

impl WakeLock {
    /// Asks for it.
    pub(crate) fn new() -> Self {
        let lock = Self(Rc::default());
        lock.renew();
        lock
    }

    /// Asks again, if need be. The browser takes the lock away whenever the page is hidden, so
    /// this is called when it is shown.
    pub(crate) fn renew(&self) {
        if !self.0.borrow().is_over() {
            return;
        }
        let Some(manager) = manager() else { return };
        self.0.replace(State::Asked);
        let state = Rc::downgrade(&self.0);
        spawn_local(async move {
            let answer = JsFuture::from(manager.request("screen")).await;
            settle(&state, answer.ok().map(JsCast::unchecked_into));
        });
    }
}

impl State {
    fn is_over(&self) -> bool {
        match self {
            Self::None => true,
            Self::Asked => false,
            Self::Held(sentinel) => sentinel.released(),
        }
    }
}

impl Drop for WakeLock {
    fn drop(&mut self) {
        if let State::Held(sentinel) = self.0.take() {
            release(sentinel);
        }
    }
}

/// Keeps what the browser gave, or gives it back if the call ended meanwhile.
fn settle(state: &Weak<RefCell<State>>, sentinel: Option<WakeLockSentinel>) {
    match (state.upgrade(), sentinel) {
        (Some(state), sentinel) => {
            state.replace(sentinel.map_or(State::None, State::Held));
        }
        (None, Some(sentinel)) => release(sentinel),
        (None, None) => {}
    }
}

fn release(sentinel: WakeLockSentinel) {
    spawn_local(async move {
        // One that cannot be released is released already.
        drop(JsFuture::from(sentinel.release()).await);
    });
}

fn manager() -> Option<WakeLockManager> {
    let navigator = web_sys::window()?.navigator();
    let manager = get(&navigator, "wakeLock");
    manager.is_object().then(|| manager.unchecked_into())
}
