//! Which crate may depend on what, and which words its code must not hold.
//!
//! cargo-deny and Clippy hold too little of it. `wrappers` of cargo-deny have to name everybody who may
//! use a crate, those of others included, and cannot say that a crate uses nothing but these.
//! `disallowed-types` and `disallowed-methods` of Clippy take no module and no beginning of a name, such
//! as `std::net` or `web_sys::Rtc`, and the list of a crate takes the place of the workspace's.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// What one crate must keep to.
struct Rule {
    name: &'static str,
    dependencies: Dependencies,
    /// Words its sources must not hold, and the file or folder under `src` where they may.
    words: &'static [(&'static str, Option<&'static str>)],
}

/// What a crate may name in its `[dependencies]`.
enum Dependencies {
    /// Nothing but these.
    Only(&'static [&'static str]),
    /// Nothing that begins with one of these.
    Without(&'static [&'static str]),
}

const RULES: [Rule; 10] = [
    Rule {
        name: "meeting",
        dependencies: Dependencies::Only(&[
            "litemap",
            "percent-encoding",
            "serde",
            "serde_json",
            "thiserror",
        ]),
        words: &[
            ("Instant::now", None),
            ("SystemTime", None),
            ("std::env", None),
            ("std::net", None),
            ("std::thread", None),
        ],
    },
    Rule {
        name: "simulation",
        dependencies: Dependencies::Without(&["rtc", "app", "server", "frontend", "leptos"]),
        words: &[("Instant::now", Some("cluster")), ("SystemTime", None)],
    },
    Rule {
        name: "rtc",
        dependencies: Dependencies::Without(&[
            "leptos",
            "app",
            "server",
            "frontend",
            "simulation",
            "tokio",
        ]),
        words: &[],
    },
    Rule {
        name: "app",
        dependencies: Dependencies::Without(&[
            "server",
            "frontend",
            "simulation",
            "js-sys",
            "wasm-bindgen",
        ]),
        words: &[
            ("JsValue", None),
            ("web_sys::Rtc", None),
            ("web_sys::MediaStream", None),
        ],
    },
    Rule {
        name: "frontend",
        dependencies: Dependencies::Without(&["server", "simulation", "web-sys"]),
        words: &[],
    },
    Rule {
        name: "store",
        dependencies: Dependencies::Without(&[
            "rtc",
            "app",
            "server",
            "frontend",
            "simulation",
            "leptos",
            "axum",
            "hyper",
        ]),
        words: &[],
    },
    Rule {
        name: "server",
        dependencies: Dependencies::Without(&[
            "redis",
            "rtc",
            "frontend",
            "simulation",
            "web-sys",
            "wasm-bindgen",
        ]),
        words: &[],
    },
    Rule {
        name: "xtask",
        dependencies: Dependencies::Without(&[
            "meeting",
            "simulation",
            "rtc",
            "app",
            "server",
            "frontend",
        ]),
        words: &[],
    },
    Rule {
        name: "xtask/bindgen",
        dependencies: Dependencies::Only(&[
            "anyhow",
            "wasm-bindgen-cli-support",
            "wasm-encoder",
            "wasm_split_cli_support",
            "wasmparser",
        ]),
        words: &[],
    },
    Rule {
        name: "xtask/test-runner",
        dependencies: Dependencies::Only(&["anyhow", "wasm-bindgen-cli"]),
        words: &[],
    },
];

/// The folders of the workspace's crates.
pub(crate) fn crates() -> [&'static str; RULES.len()] {
    RULES.each_ref().map(|rule| rule.name)
}

/// Everything that breaks a rule, one line each.
///
/// # Errors
///
/// A manifest or source cannot be read.
pub(super) fn violations(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for rule in &RULES {
        let folder = root.join(rule.name);
        let manifest = read(&folder.join("Cargo.toml"))?;
        found.extend(rule.broken_by_manifest(&manifest));
        let sources = folder.join("src");
        for file in rust_files(&sources)? {
            let text = read(&file)?;
            let inside = file.strip_prefix(&sources).unwrap_or(&file);
            found.extend(rule.broken_by_source(inside, &text));
        }
    }
    Ok(found)
}

impl Rule {
    fn broken_by_manifest(&self, manifest: &str) -> Vec<String> {
        dependencies(manifest)
            .filter(|dependency| match &self.dependencies {
                Dependencies::Only(allowed) => !allowed.contains(dependency),
                Dependencies::Without(barred) => barred
                    .iter()
                    .any(|barred| crate_family(dependency) == *barred || dependency == barred),
            })
            .map(|dependency| format!("{} must not depend on {dependency}", self.name))
            .collect()
    }

    fn broken_by_source(&self, file: &Path, text: &str) -> Vec<String> {
        self.words
            .iter()
            .filter(|(_, home)| !home.is_some_and(|home| lives_in(file, home)))
            .flat_map(|(word, _)| {
                text.lines()
                    .enumerate()
                    .filter(move |(_, line)| !is_comment(line) && line.contains(word))
                    .map(move |(index, _)| {
                        let (name, file, line) = (self.name, file.display(), index + 1);
                        format!("{name}/src/{file}:{line} must not use {word}")
                    })
            })
            .collect()
    }
}

/// The names in a manifest's `[dependencies]`.
fn dependencies(manifest: &str) -> impl Iterator<Item = &str> {
    manifest
        .lines()
        .skip_while(|line| line.trim() != "[dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.starts_with(['#', ' ', '\t', ']', '}']))
        .filter_map(|line| line.split(['.', '=', ' ']).next())
        .filter(|name| !name.is_empty())
}

/// `leptos` for `leptos_router`: a framework's parts count as the framework.
fn crate_family(name: &str) -> &str {
    name.split('_').next().unwrap_or(name)
}

/// Whether a file under `src` is `home.rs` or lies in `home/`.
fn lives_in(file: &Path, home: &str) -> bool {
    file.starts_with(home) || file == Path::new(home).with_extension("rs")
}

pub(super) fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// Reads a file.
///
/// # Errors
///
/// It cannot be read; the message names it.
pub(super) fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

/// Every source file in a folder.
///
/// # Errors
///
/// The folder cannot be read; the message names it.
pub(super) fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?
    {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(name: &str) -> &'static Rule {
        RULES
            .iter()
            .find(|rule| rule.name == name)
            .expect("there is such a rule")
    }

    #[test]
    fn the_dependencies_of_a_manifest_are_its_names_and_nothing_else() {
        let manifest = "[package]\nname = \"x\"\n\n[dependencies]\n# why\nserde.workspace = true\n\
                        redis = { workspace = true, features = [\n    \"script\",\n] }\n\n\
                        [dev-dependencies]\nproptest.workspace = true\n";
        assert_eq!(
            dependencies(manifest).collect::<Vec<_>>(),
            ["serde", "redis"]
        );
    }

    #[test]
    fn the_pure_crate_may_depend_on_three_crates_only() {
        let manifest = "[dependencies]\nserde.workspace = true\ntokio.workspace = true\n";
        assert_eq!(
            rule("meeting").broken_by_manifest(manifest),
            ["meeting must not depend on tokio"]
        );
    }

    #[test]
    fn the_parts_of_a_framework_count_as_the_framework() {
        let manifest = "[dependencies]\nleptos_router.workspace = true\n";
        assert_eq!(rule("rtc").broken_by_manifest(manifest).len(), 1);
    }

    #[test]
    fn redis_is_at_home_in_the_store_and_nowhere_else() {
        let manifest = "[dependencies]\nredis.workspace = true\n";
        assert!(rule("store").broken_by_manifest(manifest).is_empty());
        assert_eq!(
            rule("server").broken_by_manifest(manifest),
            ["server must not depend on redis"]
        );
    }

    #[test]
    fn a_word_is_at_home_in_one_file_or_folder_and_nowhere_else() {
        let text = "let now = Instant::now();\n// Instant::now in a comment does not count\n";
        let simulation = rule("simulation");
        for home in ["cluster/process.rs", "cluster.rs"] {
            let broken = simulation.broken_by_source(Path::new(home), text);
            assert!(broken.is_empty(), "{home}");
        }
        assert_eq!(
            simulation.broken_by_source(Path::new("world.rs"), text),
            ["simulation/src/world.rs:1 must not use Instant::now"]
        );
    }
}
