//! What the page offers to JavaScript and JavaScript never asks for.

use anyhow::{Context, Result};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{ExportSection, Module, RawSection};
use wasmparser::{Parser, Payload};

/// The classes behind the streams of Leptos' server functions, which this page has none of.
const UNUSED: [&str; 3] = [
    "intounderlyingbytesource",
    "intounderlyingsink",
    "intounderlyingsource",
];

/// Takes the exports of unused classes out of what the linker made. They would keep all that they use.
///
/// # Errors
///
/// It is no WebAssembly.
pub(crate) fn without_unused(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        if let Payload::ExportSection(exports) = payload {
            let mut kept = ExportSection::new();
            for export in exports {
                let export = export?;
                if !UNUSED.iter().any(|class| is_of(class, export.name)) {
                    RoundtripReencoder.parse_export(&mut kept, export)?;
                }
            }
            module.section(&kept);
        } else if let Some((id, range)) = payload.as_section() {
            let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
            let data = wasm.get(range).context("a section is cut off")?;
            module.section(&RawSection { id, data });
        }
    }
    Ok(module.finish())
}

/// Whether an export is a method of a class, what frees one of it, or what describes either.
fn is_of(class: &str, export: &str) -> bool {
    let export = export
        .strip_prefix("__wbindgen_describe_")
        .unwrap_or(export);
    let method = export.strip_prefix("__wbg_").unwrap_or(export);
    method
        .strip_prefix(class)
        .is_some_and(|rest| rest.starts_with('_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_a_class_is_told_from_all_else() {
        for export in [
            "intounderlyingsource_pull_58a9338f50bce61c",
            "__wbg_intounderlyingsource_free_58a9338f50bce61c",
            "__wbindgen_describe_intounderlyingsource_pull_58a9338f50bce61c",
        ] {
            assert!(is_of("intounderlyingsource", export), "{export}");
            assert!(!is_of("intounderlying", export), "{export}");
        }
        assert!(!is_of("intounderlyingsource", "hydrate"));
    }
}
