//! What servers of released versions leave in Redis and publish there, kept as it was. It is read,
//! and understood to the last field, for ever.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::record::{Change, Entry, Note, OF_SCRIPTS, Rest, RoomRecord};

/// The files of every release, by the first word of their names.
fn files(kind: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let releases = fs::read_dir(root).unwrap();
    let folders = releases.flat_map(|release| fs::read_dir(release.unwrap().path()).unwrap());
    let files = folders.map(|file| file.unwrap().path());
    let files = files.filter(|file| {
        let name = file.file_stem().unwrap().to_str().unwrap();
        name.split('-').next() == Some(kind)
    });
    let files: Vec<_> = files
        .map(|file| (file.clone(), fs::read_to_string(file).unwrap()))
        .collect();
    assert!(!files.is_empty(), "no fixture of {kind}");
    files
}

/// Whether everything in a record but what concerns the scripts is understood.
fn is_understood(entry: &Entry, text: &Value) -> bool {
    let written = serde_json::to_value(entry).unwrap();
    let mut fields = text.as_object().unwrap().iter();
    let known = fields.all(|(name, value)| {
        OF_SCRIPTS.contains(&name.as_str()) || written.get(name) == Some(value)
    });
    known && entry.rest == Rest::default()
}

#[test]
fn entries_of_the_roster() {
    for (file, text) in files("entry") {
        let entry = serde_json::from_str(&text).unwrap();
        let value = serde_json::from_str(&text).unwrap();
        assert!(is_understood(&entry, &value), "{}", file.display());
    }
}

/// Without a wildcard, so that a new kind is missed here first.
const fn kind_of_change(change: &Change) -> &'static str {
    match change {
        Change::Put(_) => "put",
        Change::Gone { .. } => "gone",
    }
}

#[test]
fn what_happens_in_a_room() {
    for kind in ["put", "gone"] {
        for (file, text) in files(kind) {
            let record: RoomRecord = serde_json::from_str(&text).unwrap();
            assert_eq!(kind_of_change(&record.change), kind, "{}", file.display());
            if let Change::Put(entry) = record.change {
                let value: Value = serde_json::from_str(&text).unwrap();
                assert!(is_understood(&entry, &value["put"]), "{}", file.display());
            }
        }
    }
}

/// Without a wildcard, so that a new kind is missed here first.
const fn kind_of_note(note: &Note) -> Option<&'static str> {
    Some(match note {
        Note::Beat => "beat",
        Note::Signal { .. } => "signal",
        Note::Undeliverable { .. } => "undeliverable",
        Note::Unknown => return None,
    })
}

#[test]
fn what_servers_say_to_each_other() {
    for kind in ["beat", "signal", "undeliverable"] {
        for (file, text) in files(kind) {
            let note: Note = serde_json::from_str(&text).unwrap();
            assert_eq!(kind_of_note(&note), Some(kind), "{}", file.display());
            let written = serde_json::to_value(&note).unwrap();
            let frozen: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(written, frozen, "{}", file.display());
        }
    }
}
