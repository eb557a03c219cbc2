//! The walks of ARCHITECTURE.md lead through functions that are there.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A walk, as the document has it.
struct Walk<'a> {
    title: &'a str,
    /// How many files and functions it says there are.
    counts: &'a str,
    /// Each file with the functions in it.
    steps: Vec<(&'a str, Vec<&'a str>)>,
}

fn walks(document: &str) -> Vec<Walk<'_>> {
    let (_, walks) = document.split_once("\n## Walks\n").unwrap();
    let (walks, _) = walks.split_once("\n## ").unwrap();
    walks.split("\n### ").skip(1).map(walk).collect()
}

fn walk(section: &str) -> Walk<'_> {
    let mut lines = section.lines().filter(|line| !line.is_empty());
    let (title, counts) = (lines.next().unwrap(), lines.next().unwrap());
    let rows = lines.skip(2);
    let steps = rows.map(|row| {
        let mut columns = row.split('|').skip(2);
        let file = columns.next().unwrap().trim().trim_matches('`');
        let functions = columns.next().unwrap().split(',');
        let functions = functions.map(|name| name.trim().trim_matches('`'));
        (file, functions.collect())
    });
    Walk {
        title,
        counts,
        steps: steps.collect(),
    }
}

#[test]
fn the_walks_of_the_architecture_lead_through_functions_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let document = fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    let walks = walks(&document);
    assert!(!walks.is_empty());
    for walk in walks {
        for (file, functions) in &walk.steps {
            let code = fs::read_to_string(root.join(file)).unwrap_or_default();
            for function in functions {
                let has = |end| code.contains(&format!("fn {function}{end}"));
                assert!(has('(') || has('<'), "{}: {function} in {file}", walk.title);
            }
        }
        let files: BTreeSet<_> = walk.steps.iter().map(|(file, _)| file).collect();
        let hops: usize = walk.steps.iter().map(|(_, names)| names.len()).sum();
        let counts = format!("{} files, {hops} hops.", files.len());
        assert_eq!(walk.counts, counts, "{}", walk.title);
    }
}
