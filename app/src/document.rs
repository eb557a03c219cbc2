//! The document around the pages, as far as it depends on the language of the page.

#[cfg(feature = "csr")]
use leptos::prelude::*;

#[cfg(feature = "csr")]
use crate::language::spoken;
#[cfg(feature = "csr")]
use crate::messages::messages;

/// The ids of the texts that stand in the document itself; see `shell`.
pub(crate) const BROKEN_TITLE_ID: &str = "broken-title";
pub(crate) const BROKEN_TEXT_ID: &str = "broken-text";
pub(crate) const RELOAD_ID: &str = "broken-reload";

/// Has the document say in which language it is, and say what it says itself in that language.
#[cfg(feature = "csr")]
pub(crate) fn follow_language() {
    Effect::new(|_| {
        let language = spoken(|spoken| spoken.language);
        if let Some(root) = document().document_element() {
            // Setting an attribute of a valid name cannot fail.
            drop(root.set_attribute("lang", language.tag()));
            drop(root.set_attribute("dir", language.direction()));
        }
        let texts = &messages().document;
        for (id, text) in [
            (BROKEN_TITLE_ID, texts.broken_title),
            (BROKEN_TEXT_ID, texts.broken_text),
            (RELOAD_ID, texts.reload),
        ] {
            if let Some(element) = document().get_element_by_id(id) {
                element.set_text_content(Some(text));
            }
        }
    });
}
