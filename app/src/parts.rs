//! The parts of the program that are loaded when they are needed.
//!
//! A part is what a function hangs on that is marked here, as far as nothing outside of it needs it,
//! too. `docs/decisions/0024-parts.md` says how it comes about. On the server everything is there.

use leptos::prelude::{AnyView, IntoAny, RwSignal};
use leptos::view;
use rtc::CallDriver;
use rtc::view::Ending;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::call::Call;
use crate::messages::Reader;
use crate::pages::home::Home;
use crate::pages::room::call::InCall;
use crate::pages::room::ended::After;

/// The first page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HomePart(fn() -> AnyView);

impl HomePart {
    /// Shows it.
    pub(crate) fn view(self) -> AnyView {
        (self.0)()
    }
}

/// There is only one.
impl PartialEq for HomePart {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for HomePart {}

/// Where everything is there.
pub(crate) fn home_part() -> HomePart {
    HomePart(|| view! { <Home/> }.into_any())
}

/// Loads the first page, if it is not loaded yet.
///
/// # Errors
///
/// The server could not be reached, or has another version by now.
#[wasm_split(home, fallible)]
pub(crate) fn home() -> Result<HomePart, SplitLoaderError> {
    Ok(home_part())
}

/// Loads what reads the texts of another language than English, if it is not loaded yet.
///
/// # Errors
///
/// The server could not be reached, or has another version by now.
#[wasm_split(language, fallible)]
pub(crate) fn language() -> Result<Reader, SplitLoaderError> {
    Ok(Reader::new())
}

/// What makes a call. The lobby loads it while the person types their name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallPart {
    pub(crate) driver: CallDriver,
    pub(crate) page: fn(Call) -> AnyView,
    /// The page after it; with a new visit a new call begins.
    pub(crate) after: fn(Ending, RwSignal<u32>) -> AnyView,
}

/// Loads what makes a call, if it is not loaded yet.
///
/// # Errors
///
/// The server could not be reached, or has another version by now.
#[wasm_split(call, fallible)]
pub(crate) fn call() -> Result<CallPart, SplitLoaderError> {
    Ok(CallPart {
        driver: rtc::call_driver(),
        page: |call| view! { <InCall call/> }.into_any(),
        after: |ending, visit| view! { <After ending visit/> }.into_any(),
    })
}
