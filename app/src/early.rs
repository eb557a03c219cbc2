//! What somebody typed into the page that the server sent, before the program was there.

use leptos::prelude::*;

/// What stood in the first field of the page when the program took over. The first form of the
/// page takes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EarlyInput(StoredValue<Option<String>>);

impl EarlyInput {
    /// Remembers it; `None` when nobody had touched the field.
    #[cfg(feature = "csr")]
    pub(crate) fn provide(text: Option<String>) {
        provide_context(Self(StoredValue::new(text)));
    }

    /// Takes it. The field should then have the focus, as it had before.
    pub(crate) fn take() -> Option<String> {
        use_context::<Self>()?
            .0
            .try_update_value(Option::take)
            .flatten()
    }
}
