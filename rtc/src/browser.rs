//! Small things only a browser can do. Each is safe to call at any time in a page and never on
//! the server.

use std::time::Duration;

use futures::future::{self, Either};
use js_sys::{Array, Reflect};
use meeting::id::{ResumeToken, RoomId};
use meeting::invitation::Address;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Document, Element, Event, HtmlDocument, HtmlElement, HtmlTextAreaElement, ResizeObserver, Url,
};

/// Says on the document that the page answers to clicks. Tests wait for it.
pub fn mark_hydrated() {
    if let Some(body) = document().and_then(|document| document.body()) {
        // Setting an attribute of a valid name cannot fail.
        drop(body.set_attribute("data-hydrated", ""));
    }
}

/// A new room's name.
pub fn random_room() -> RoomId {
    RoomId::generate(random_u64())
}

/// 64 bits from the browser's random source.
pub(crate) fn random_u64() -> u64 {
    let mut bytes = [0; 8];
    if !fill_with_random(&mut bytes) {
        bytes = js_sys::Math::random().to_bits().to_be_bytes();
    }
    u64::from_be_bytes(bytes)
}

/// A token to join with for the first time, as the server makes them: two halves of 256 bits in
/// base64url. None where the browser has nothing that nobody can guess.
pub(crate) fn random_token() -> Option<ResumeToken> {
    [random_half()?, random_half()?].join(".").parse().ok()
}

fn random_half() -> Option<String> {
    let mut bytes = [0; 32];
    if !fill_with_random(&mut bytes) {
        return None;
    }
    let text: String = bytes.into_iter().map(char::from).collect();
    let base64 = web_sys::window()?.btoa(&text).ok()?;
    let base64url = base64.replace('+', "-").replace('/', "_");
    Some(base64url.trim_end_matches('=').to_owned())
}

fn fill_with_random(bytes: &mut [u8]) -> bool {
    web_sys::window()
        .and_then(|window| window.crypto().ok())
        .is_some_and(|crypto| crypto.get_random_values_with_u8_array(bytes).is_ok())
}

/// The link that brings others into a room of this server.
pub fn origin_link(room: &RoomId) -> String {
    [&origin(), "/", room.as_str()].concat()
}

/// The address of this page.
pub fn here() -> Address {
    address(&origin()).unwrap_or_default()
}

/// Reads an absolute web address the way the browser does.
pub fn address(text: &str) -> Option<Address> {
    let url = Url::new(text).ok()?;
    Some(Address {
        host: url.hostname(),
        port: url.port(),
        path: url.pathname(),
    })
}

fn origin() -> String {
    let origin = web_sys::window().and_then(|window| window.location().origin().ok());
    origin.unwrap_or_default()
}

/// The languages that the person reads, the dearest first, as
/// [BCP 47](https://www.rfc-editor.org/info/bcp47) tags.
pub fn languages() -> Vec<String> {
    let languages = web_sys::window().map(|window| window.navigator().languages());
    let languages = languages.iter().flat_map(Array::iter);
    languages.filter_map(|tag| tag.as_string()).collect()
}

/// The path of the page's address.
pub fn path() -> String {
    let path = web_sys::window().and_then(|window| window.location().pathname().ok());
    path.unwrap_or_default()
}

/// Goes to another address of this server without loading the page again, to the top of what is there
/// ([`pushState`](https://html.spec.whatwg.org/multipage/nav-history-apis.html#dom-history-pushstate)).
/// Whoever listens to `popstate` hears of it, as when the person goes back.
pub fn go(path: &str) {
    let Some(window) = web_sys::window() else {
        return;
    };
    if let Ok(history) = window.history() {
        // A browser refuses only who does it all the time.
        drop(history.push_state_with_url(&JsValue::NULL, "", Some(path)));
    }
    window.scroll_to_with_x_and_y(0.0, 0.0);
    if let Ok(event) = Event::new("popstate") {
        // Nobody could hinder it.
        drop(window.dispatch_event(&event));
    }
}

/// Lets this much time go by.
pub async fn wait(duration: Duration) {
    gloo_timers::future::sleep(duration).await;
}

/// What comes within this time.
pub async fn in_time<T>(patience: Duration, coming: impl Future<Output = T>) -> Option<T> {
    match future::select(Box::pin(coming), Box::pin(wait(patience))).await {
        Either::Left((it, _)) => Some(it),
        Either::Right(_) => None,
    }
}

/// Loads the page again.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        // A browser that refuses to reload has said so itself.
        drop(window.location().reload());
    }
}

/// Puts a text on the clipboard; says whether it is there now. Works on insecure origins too,
/// where browsers offer only the older way.
pub async fn copy_to_clipboard(text: &str) -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    let navigator = window.navigator();
    let offered = Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|it| !it.is_undefined());
    if offered
        && JsFuture::from(navigator.clipboard().write_text(text))
            .await
            .is_ok()
    {
        return true;
    }
    copy_by_selection(text).unwrap_or(false)
}

fn copy_by_selection(text: &str) -> Result<bool, JsValue> {
    let Some(document) = document() else {
        return Ok(false);
    };
    let Some(body) = document.body() else {
        return Ok(false);
    };
    let holder: HtmlTextAreaElement = document.create_element("textarea")?.unchecked_into();
    holder.set_value(text);
    body.append_child(&holder)?;
    holder.select();
    let copied = document
        .unchecked_ref::<HtmlDocument>()
        .exec_command("copy");
    holder.remove();
    copied
}

/// Shows an element on the whole screen, or the page again if something is shown so already.
pub fn toggle_full_screen(element: &Element) {
    let Some(document) = document() else { return };
    if document.fullscreen_element().is_some() {
        document.exit_fullscreen();
    } else {
        // The browser may refuse, for instance in a frame; the page then stays as it is.
        drop(element.request_fullscreen());
    }
}

/// Watches the size of an element for as long as it lives.
#[derive(Debug)]
pub struct SizeObserver {
    observer: ResizeObserver,
    _on_change: Closure<dyn FnMut(Array)>,
}

impl SizeObserver {
    /// Calls `on_change` with the inner width and height of the element in CSS pixels, soon and
    /// after each change. `None` in a browser without
    /// [`ResizeObserver`](https://www.w3.org/TR/resize-observer/).
    pub fn new(
        element: &HtmlElement,
        mut on_change: impl FnMut(f64, f64) + 'static,
    ) -> Option<Self> {
        let watched = element.clone();
        let closure = Closure::<dyn FnMut(Array)>::new(move |_entries| {
            on_change(
                watched.client_width().into(),
                watched.client_height().into(),
            );
        });
        let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self {
            observer,
            _on_change: closure,
        })
    }
}

impl Drop for SizeObserver {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}
