//! What is declared and not used: by the workspace, and by each crate of it.

use std::path::Path;

use anyhow::Result;

use super::direction::{is_comment, read, rust_files};

/// The folders of a crate that hold code.
const FOLDERS: [&str; 3] = ["src", "tests", "benches"];

/// What is declared for nobody, one line each: by the workspace and taken by none of these crates, or
/// by a crate and named nowhere in its code.
///
/// # Errors
///
/// A manifest or source cannot be read.
pub(super) fn unused(root: &Path, crates: &[&str]) -> Result<Vec<String>> {
    let workspace = read(&root.join("Cargo.toml"))?;
    let mut manifests = Vec::new();
    let mut unused = Vec::new();
    for name in crates {
        let folder = root.join(name);
        let manifest = read(&folder.join("Cargo.toml"))?;
        let sources = sources(&folder)?;
        let unnamed = unnamed_in(&manifest, &sources).into_iter();
        unused.extend(unnamed.map(|it| format!("{name}/Cargo.toml: {it}")));
        manifests.push(manifest);
    }
    let untaken = unused_in(&workspace, &manifests).into_iter();
    unused.extend(untaken.map(|it| format!("Cargo.toml: {it}")));
    Ok(unused)
}

fn sources(folder: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for code in FOLDERS.map(|name| folder.join(name)) {
        if code.is_dir() {
            files.extend(rust_files(&code)?);
        }
    }
    let build = folder.join("build.rs");
    files.extend(build.is_file().then_some(build));
    files.iter().map(|file| read(file)).collect()
}

/// The dependencies of a crate that its code does not name. One with another name than its package
/// has that name in the code, too.
fn unnamed_in<'a>(manifest: &'a str, sources: &[String]) -> Vec<&'a str> {
    let is_named = |name: &str| {
        let name = name.replace('-', "_");
        sources.iter().any(|source| names(source, &name))
    };
    let mut unnamed = taken(manifest);
    unnamed.retain(|name| !is_named(name));
    unnamed
}

/// The names under every heading that ends in `dependencies`, and those with a table of their own.
fn taken(manifest: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut among_dependencies = false;
    for line in manifest.lines() {
        if let Some(heading) = line.strip_prefix('[') {
            let heading = heading.trim_end_matches(']');
            among_dependencies = heading.ends_with("dependencies");
            names.extend(heading.split_once("dependencies.").map(|(_, name)| name));
        } else if among_dependencies && line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            names.extend(line.split(['.', '=', ' ']).next());
        }
    }
    names
}

/// Whether code reaches into a crate.
fn names(source: &str, name: &str) -> bool {
    let mut code = source.lines().filter(|line| !is_comment(line));
    code.any(|line| {
        line.match_indices(name).any(|(at, _)| {
            let before = line.get(..at).unwrap_or_default();
            let after = line.get(at + name.len()..).unwrap_or_default();
            let begins = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
            let is_whole = before.ends_with("use ") && after.starts_with([';', ' ']);
            begins && (after.starts_with("::") || is_whole)
        })
    })
}

fn unused_in(workspace: &str, manifests: &[String]) -> Vec<String> {
    let is_used = |name: &str| manifests.iter().any(|manifest| uses(manifest, name));
    let declared = declared(workspace).into_iter();
    declared
        .filter(|name| !is_used(name))
        .map(str::to_owned)
        .collect()
}

/// The names in `[workspace.dependencies]`, and those with a table of their own.
fn declared(workspace: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut among_dependencies = false;
    for line in workspace.lines() {
        if line.starts_with('[') {
            among_dependencies = line == "[workspace.dependencies]";
            let own = line.strip_prefix("[workspace.dependencies.");
            names.extend(own.and_then(|rest| rest.strip_suffix(']')));
        } else if among_dependencies && line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            names.extend(line.split(['.', '=', ' ']).next());
        }
    }
    names
}

/// Whether a crate's manifest takes a dependency from the workspace.
fn uses(manifest: &str, name: &str) -> bool {
    let rests = manifest.lines().filter_map(|line| line.strip_prefix(name));
    let mut rests = rests.map(|rest| rest.trim_start().trim_start_matches(['=', ' ', '{']));
    rests.any(|rest| rest.starts_with(".workspace") || rest.starts_with("workspace"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKSPACE: &str = "[workspace]\nmembers = [\"a\"]\n\n[workspace.dependencies]\n# why\n\
        a = { path = \"a\" }\nserde = { version = \"1\", features = [\n    \"derive\",\n] }\n\
        serde_json = \"1\"\n\n[workspace.dependencies.web-sys]\nversion = \"0.3\"\n\
        features = [\"Window\"]\n\n[workspace.lints.rust]\nunsafe_code = \"forbid\"\n";

    #[test]
    fn every_way_to_declare_a_dependency_counts() {
        assert_eq!(declared(WORKSPACE), ["a", "serde", "serde_json", "web-sys"]);
    }

    #[test]
    fn what_no_crate_takes_is_named() {
        let manifests = [
            "[dependencies]\nserde_json.workspace = true\n".to_owned(),
            "[dev-dependencies]\na = { workspace = true, features = [\"b\"] }\n".to_owned(),
            // The same name, but not the workspace's.
            "[dependencies]\nweb-sys = \"0.2\"\n".to_owned(),
        ];
        assert_eq!(unused_in(WORKSPACE, &manifests), ["serde", "web-sys"]);
    }

    #[test]
    fn what_a_crate_declares_and_its_code_does_not_name_is_named() {
        let manifest = "[package]\nname = \"x\"\n\n[dependencies]\na.workspace = true\n\
            two-words.workspace = true\nother = { package = \"a-name\", version = \"1\" }\n\
            spoken-of = { workspace = true, features = [\n    \"b\",\n] }\n\n\
            [target.'cfg(unix)'.dev-dependencies]\ntests-only.workspace = true\n\n\
            [dependencies.table]\nversion = \"1\"\n\n[lints]\nworkspace = true\n";
        let all = [
            "a",
            "two-words",
            "other",
            "spoken-of",
            "tests-only",
            "table",
        ];
        assert_eq!(taken(manifest), all);
        assert_eq!(unnamed_in(manifest, &[]), all);
        let sources = [
            "use two_words::Word;\n// spoken_of::nothing\nfn f() { other::f(a) }\n".to_owned(),
            "use table;\n#[cfg(test)]\nuse crate::a::b;\nuse ba::c;\n".to_owned(),
            "#[tests_only::test]\n".to_owned(),
        ];
        assert_eq!(unnamed_in(manifest, &sources), ["a", "spoken-of"]);
    }
}
