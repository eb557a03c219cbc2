//! The private folder of this page, which goes on to be that of the page's next load; and those of
//! pages that are gone.

use std::cell::Cell;

use futures::future;
use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};

use super::private_folder::Folder;
use crate::bindings::LockManager;
use crate::error::{JsError, report};
use crate::object::get;

/// Where the name of a folder stands in that of a lock
/// ([Web Locks](https://w3c.github.io/web-locks/)).
const LOCK: &str = "rotunda.files.";

/// The folder of this page. It is made when something is to be put there.
#[derive(Debug)]
pub(super) struct PageFolder {
    pub(super) name: String,
    /// Whether the others were told that it is somebody's, for as long as the page lives.
    is_held: Cell<bool>,
}

impl PageFolder {
    pub(super) const fn new(name: String) -> Self {
        let is_held = Cell::new(false);
        Self { name, is_held }
    }

    /// Opens it.
    pub(super) async fn open(&self) -> Result<Folder, JsError> {
        if !self.is_held.replace(true) {
            hold(&self.name);
        }
        Folder::of_all_pages().await?.folder(&self.name).await
    }
}

/// Removes the folders that are nobody's: a page that is closed cannot wait until its own is gone.
pub(super) fn remove_abandoned(own: String) {
    spawn_local(async move {
        if let Err(error) = remove_all_but(&own).await {
            report(&error.to_string());
        }
    });
}

async fn remove_all_but(own: &str) -> Result<(), JsError> {
    // Without locks nobody knows whose they are.
    let Some(locks) = locks() else {
        return Ok(());
    };
    let all = Folder::of_all_pages().await?;
    let names = all.names().await?;
    let snapshot = JsFuture::from(locks.query()).await?;
    let locks = ["held", "pending"].map(|state| Array::from(&get(&snapshot, state)));
    let held: Vec<String> = locks
        .iter()
        .flat_map(Array::iter)
        .filter_map(|lock| get(&lock, "name").as_string())
        .collect();
    for name in names {
        if name != own && !held.contains(&[LOCK, &name].concat()) {
            all.remove(&name).await?;
        }
    }
    Ok(())
}

/// Holds a lock until the page is gone, or waits for it as long: both tell the others.
fn hold(name: &str) {
    let Some(locks) = locks() else { return };
    let never = |_lock: JsValue| future_to_promise(future::pending());
    let callback = Closure::<dyn FnMut(JsValue) -> Promise>::new(never).into_js_value();
    let callback: Function = callback.unchecked_into();
    let request = locks.request(&[LOCK, name].concat(), &callback);
    spawn_local(async move {
        // Refused where a document may have none; nobody else has any either, then.
        drop(JsFuture::from(request).await);
    });
}

fn locks() -> Option<LockManager> {
    let locks = get(&web_sys::window()?.navigator(), "locks");
    locks.is_object().then(|| locks.unchecked_into())
}
