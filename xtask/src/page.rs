//! The page's files: made out of the compiled page, the style sheets and `public/`.

pub(crate) mod budget;
mod names;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use crate::build::Profile;
use crate::builds::copy;
use crate::progress::{long_step, step};
use crate::snapshot::Snapshot;
use crate::{bindgen, packages, project, shell};

/// How the files are called until a hash comes into their names.
const NAME: &str = "rotunda";
/// The folder of the built files in the site, as the server expects it.
const PACKAGE: &str = "pkg";
/// The file that lists the hashes; the server looks for it beside itself.
const HASHES: &str = "hash.txt";

/// Inlining makes functions fewer but less alike, and the compressed page a tenth larger; so do sharing
/// what is computed twice and squeezing out the last byte before the compression.
const WASM_OPT: [&str; 5] = [
    "-Os",
    "--skip-pass=inlining-optimizing",
    "--skip-pass=local-cse",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
];

/// What makes files smaller comes from npm, and is listed here.
fn tools() -> PathBuf {
    project::root().join("xtask/page")
}

/// A finished page.
#[derive(Debug)]
pub(crate) struct Page {
    folder: PathBuf,
}

impl Page {
    /// The folder that the server serves.
    pub(crate) fn site(&self) -> PathBuf {
        self.folder.join("site")
    }

    /// The list of the hashes in the names of the site's files.
    pub(crate) fn hashes(&self) -> PathBuf {
        self.folder.join(HASHES)
    }

    fn package(&self) -> PathBuf {
        self.site().join(PACKAGE)
    }

    fn file(&self, kind: &str) -> PathBuf {
        self.package().join(NAME).with_extension(kind)
    }
}

/// Makes the page out of its WebAssembly.
///
/// # Errors
///
/// A tool does not install or fails, or a file cannot be read or written.
pub(crate) fn make(profile: Profile, wasm: &Path) -> Result<Page> {
    packages::npm(&tools())?;
    let folder = project::target().join("page").join(profile.name());
    let code = folder.join("code");
    make_code(profile, wasm, &code)?;
    let page = Page { folder };
    empty(&page.site())?;
    copy_files(&project::root().join("public"), &page.site())?;
    fs::create_dir(page.package())?;
    copy_files(&code, &page.package())?;
    step("Bundling the style sheets", || bundle_css(profile, &page))?;
    if profile == Profile::Watched {
        reload_itself(&page)?;
    }
    fs::write(page.hashes(), names::add_hashes(&page.package(), NAME)?)?;
    if profile == Profile::Release {
        step("Compressing the page", || compress(&page))?;
        budget::check(&page.package())?;
    }
    Ok(page)
}

/// Makes the page's JavaScript, and the WebAssembly that goes with it, in a folder of their own,
/// unless they were made there of the same before.
fn make_code(profile: Profile, wasm: &Path, folder: &Path) -> Result<()> {
    let [lock, xtask] = ["Cargo.lock", "xtask"].map(|name| project::root().join(name));
    let made_of = Snapshot::of(&[wasm.to_owned(), lock, xtask])?.digest();
    let stamp = folder.with_extension("made-of");
    if fs::read_to_string(&stamp).is_ok_and(|stamp| stamp == made_of) {
        return Ok(());
    }
    if stamp.exists() {
        fs::remove_file(&stamp).context("cannot mark the page's code as unfinished")?;
    }
    let generated = folder.with_extension("generated");
    empty(&generated)?;
    bindgen::generate(wasm, &generated, NAME)?;
    empty(folder)?;
    if profile == Profile::Release {
        let guess = Duration::from_secs(60);
        long_step("Optimising the page", guess, || {
            copy_code(profile, &generated, folder)
        })?;
    } else {
        copy_code(profile, &generated, folder)?;
    }
    fs::write(stamp, made_of).context("cannot mark the page's code as made")
}

/// Puts the scripts into one, and the parts of the WebAssembly beside it; for release, smaller than
/// they were generated.
fn copy_code(profile: Profile, generated: &Path, folder: &Path) -> Result<()> {
    let script = format!("{NAME}.js");
    let mut esbuild = packages::node_program(&tools(), "esbuild");
    esbuild
        .arg(generated.join(&script))
        .args(["--bundle", "--format=esm", "--log-level=warning"])
        // What loads the parts is imported once for each of them, always as the same.
        .arg("--log-override:duplicate-object-key=silent")
        .arg(format!("--outfile={}", folder.join(&script).display()));
    if profile == Profile::Release {
        esbuild.arg("--minify");
    }
    shell::run(&mut esbuild)?;
    for part in files_of_kind(generated, "wasm")? {
        let to = folder.join(part.file_name().unwrap_or_default());
        if profile == Profile::Release {
            let mut wasm_opt = packages::node_program(&tools(), "wasm-opt");
            shell::run(wasm_opt.args(WASM_OPT).arg(&part).arg("-o").arg(&to))?;
        } else {
            fs::copy(&part, &to).with_context(|| format!("cannot copy {}", part.display()))?;
        }
    }
    Ok(())
}

/// The files of a kind in a folder, in the order of their names.
fn files_of_kind(folder: &Path, kind: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == kind) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))
}

fn bundle_css(profile: Profile, page: &Page) -> Result<()> {
    let mut bundle = script("bundle-css.mjs");
    bundle
        .arg(project::root().join("style/main.css"))
        .arg(page.file("css"));
    if profile == Profile::Release {
        bundle.arg("--minify");
    }
    shell::run(&mut bundle)
}

fn compress(page: &Page) -> Result<()> {
    shell::run(script("compress.mjs").arg(page.site()))
}

/// Has the page load itself again when there is a newer build; `xtask/page/reload.js` says how.
fn reload_itself(page: &Page) -> Result<()> {
    let build = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    fs::write(page.site().join("build.txt"), build.to_string())?;
    let script = fs::read_to_string(page.file("js"))?;
    let reload = fs::read_to_string(tools().join("reload.js"))?;
    fs::write(
        page.file("js"),
        format!("{script}\nconst BUILD = '{build}';\n{reload}"),
    )?;
    Ok(())
}

fn copy_files(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))
            .with_context(|| format!("cannot copy {}", entry.path().display()))?;
    }
    Ok(())
}

fn script(name: &str) -> Command {
    let mut node = Command::new("node");
    node.current_dir(tools()).arg(name);
    node
}
