//! Makes the JavaScript that a browser needs to start the page's WebAssembly.
//!
//! A program of its own, so that `xtask` itself is quick to compile.

use std::ffi::OsString;

use anyhow::{Result, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let [wasm, folder, name] = arguments.as_slice() else {
        bail!("what it takes: the WebAssembly, the folder to write to, the name of the files");
    };
    Bindgen::new()
        .input_path(wasm)
        .out_name(&name.to_string_lossy())
        .web(true)?
        .typescript(false)
        // The document says where the WebAssembly is: its name has a hash in it.
        .omit_default_module_path(true)
        .generate(folder)
}
