//! Runs tests that are WebAssembly in a browser: what Cargo calls in place of the test program.
//!
//! It is the program that comes with `wasm-bindgen-cli`, in the version that `Cargo.lock` says.

use anyhow::Result;

fn main() -> Result<()> {
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os())
}
