//! Makes the JavaScript that a browser needs to start the page's WebAssembly, and the parts that it
//! loads later.
//!
//! A program of its own, so that `xtask` itself is quick to compile.

mod exports;

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support::Options;

fn main() -> Result<()> {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let [wasm, folder, name] = arguments.as_slice() else {
        bail!("what it takes: the WebAssembly, the folder to write to, the name of the files");
    };
    let (folder, name) = (Path::new(folder), name.to_string_lossy());
    let main = folder.join("main.wasm");
    split(Path::new(wasm), folder, &main, &name)?;
    Bindgen::new()
        .input_path(&main)
        .out_name(&name)
        .web(true)?
        .typescript(false)
        // The parts use what the linker exports, such as the memory.
        .keep_lld_exports(true)
        // The document says where the WebAssembly is: its name has a hash in it.
        .omit_default_module_path(true)
        .generate(folder)?;
    fs::rename(
        folder.join(format!("{name}_bg.wasm")),
        folder.join(format!("{name}.wasm")),
    )
    .context("no WebAssembly came out")?;
    fs::remove_file(main).context("cannot remove what was split")
}

/// Puts what is loaded later into files of its own, and the rest into `main`.
fn split(wasm: &Path, folder: &Path, main: &Path, name: &str) -> Result<()> {
    let linked = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let bytes = exports::without_unused(&linked)?;
    let script = format!("./{name}.js");
    let mut options = Options::new(&bytes);
    options.output_dir = folder;
    options.main_out_path = main;
    options.main_module = &script;
    let parts = wasm_split_cli_support::transform(options);
    parts.map_err(|error| anyhow!("{error:?}"))?;
    Ok(())
}
