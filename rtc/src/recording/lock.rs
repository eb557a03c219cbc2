//! Which page is at work on a recording ([Web Locks](https://www.w3.org/TR/web-locks/)). The browser
//! gives a lock back when its page is gone, whatever became of it.

use std::cell::RefCell;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{Either, select};
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::bindings::LockManager;
use crate::error::JsError;
use crate::object::{get, object};

/// A lock, held until dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    release: Function,
}

impl Lock {
    /// The lock of a recording, as soon as no page holds it.
    pub(crate) async fn of(recording: &str) -> Result<Self, JsError> {
        let lock = request(recording, IfHeld::Wait).await?;
        lock.ok_or_else(JsError::no_page)
    }

    /// The lock of a recording, if no page holds it now.
    pub(crate) async fn if_free(recording: &str) -> Result<Option<Self>, JsError> {
        request(recording, IfHeld::GiveUp).await
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Settling a promise cannot fail.
        drop(self.release.call0(&JsValue::UNDEFINED));
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum IfHeld {
    Wait,
    GiveUp,
}

async fn request(recording: &str, if_held: IfHeld) -> Result<Option<Lock>, JsError> {
    let navigator = web_sys::window().ok_or_else(JsError::no_page)?.navigator();
    let manager: LockManager = get(&navigator, "locks").unchecked_into();
    let name = ["rotunda.recording.", recording].concat();
    let options = object([("ifAvailable", (if_held == IfHeld::GiveUp).into())]);
    let (granted, answer) = oneshot::channel();
    // The browser holds the lock until what this returns is settled.
    let on_granted = Closure::once_into_js(move |lock: JsValue| {
        if lock.is_null() {
            drop(granted.send(None));
            return JsValue::UNDEFINED;
        }
        let release = Rc::new(RefCell::new(None));
        let releasing = Rc::clone(&release);
        let held = Promise::new(&mut move |resolve, _| {
            releasing.replace(Some(resolve));
        });
        // Nobody may wait for it any more; it is then dropped, and so given back.
        drop(granted.send(release.take().map(|release| Lock { release })));
        held.into()
    });
    let refused = JsFuture::from(manager.request_lock(&name, &options, on_granted.unchecked_ref()));
    match select(answer, refused).await {
        Either::Left((answer, _)) => Ok(answer.unwrap_or_default()),
        Either::Right((Ok(_), answer)) => Ok(answer.await.unwrap_or_default()),
        Either::Right((Err(error), _)) => Err(error.into()),
    }
}
