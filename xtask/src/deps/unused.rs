//! What the workspace declares and no crate of it uses.

use std::path::Path;

use anyhow::Result;

use super::direction::read;

/// The dependencies of the workspace that none of these crates names.
///
/// # Errors
///
/// A manifest cannot be read.
pub(super) fn unused(root: &Path, crates: &[&str]) -> Result<Vec<String>> {
    let workspace = read(&root.join("Cargo.toml"))?;
    let manifests = crates
        .iter()
        .map(|name| read(&root.join(name).join("Cargo.toml")));
    let manifests = manifests.collect::<Result<Vec<_>>>()?;
    Ok(unused_in(&workspace, &manifests))
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
}
