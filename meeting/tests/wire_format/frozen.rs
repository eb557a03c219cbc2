//! What released versions say, kept as it was. It is read, and understood to the last field, for
//! ever. A message gets its file with the release in which it is new; no file is changed again.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use meeting::conversation::Attributed;
use meeting::delivery::{Parcel, Signal};
use meeting::signaling::{ClientMessage, Sequenced};
use serde_json::Value;

use crate::conversation;
use crate::document::{heading_of_client, heading_of_server};
use crate::examples::{client_messages, payload, server_messages};

/// What was read: its kind, if it is known, and how this version writes it.
type Understood = (Option<&'static str>, String);

/// The files of a wire, of every release.
fn files(wire: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let releases = fs::read_dir(root).unwrap();
    let folders = releases.map(|release| release.unwrap().path().join(wire));
    let files = folders.filter_map(|folder| fs::read_dir(folder).ok());
    files.flatten().map(|file| file.unwrap().path()).collect()
}

/// Whether all that is in one is in the other.
fn is_in(frozen: &Value, understood: &Value) -> bool {
    match (frozen, understood) {
        (Value::Object(frozen), Value::Object(understood)) => frozen.iter().all(|(name, value)| {
            let same = understood.get(name);
            same.is_some_and(|same| is_in(value, same))
        }),
        (Value::Array(frozen), Value::Array(understood)) => {
            let mut both = frozen.iter().zip(understood);
            frozen.len() == understood.len() && both.all(|(one, other)| is_in(one, other))
        }
        _ => frozen == understood,
    }
}

/// Reads every file of a wire, and misses none of these kinds.
fn understands(
    wire: &str,
    kinds: impl IntoIterator<Item = &'static str>,
    read: impl Fn(&str) -> Understood,
) {
    let mut found = BTreeSet::new();
    for file in files(wire) {
        let name = file.display();
        let text = fs::read_to_string(&file).unwrap();
        let text = text.trim_end();
        let (kind, written) = read(text);
        let kind = kind.unwrap_or_else(|| panic!("{name} is not understood"));
        let values = [text, &written].map(|text| serde_json::from_str(text).unwrap());
        assert!(is_in(&values[0], &values[1]), "{name} became {written}");
        found.insert(kind);
    }
    for kind in kinds {
        assert!(found.contains(kind), "no fixture of {kind} for {wire}");
    }
}

#[test]
fn what_pages_say_to_the_server() {
    let messages = client_messages();
    let kinds = messages.iter().filter_map(|(it, _)| heading_of_client(it));
    understands("page", kinds, |text| {
        let message = ClientMessage::parse(text).unwrap();
        (heading_of_client(&message), message.to_json().unwrap())
    });
}

#[test]
fn what_the_server_says_to_pages() {
    let messages = server_messages();
    let kinds = messages.iter().filter_map(|(it, _)| heading_of_server(it));
    understands("server", kinds, |text| {
        let message = Sequenced::parse(text).unwrap();
        let kind = heading_of_server(&message.message);
        (kind, message.to_json().unwrap())
    });
}

#[test]
fn what_pages_say_to_each_other() {
    let messages = conversation::messages();
    let kinds = messages.iter();
    let kinds = kinds.filter_map(|(it, _)| conversation::heading(it));
    understands("conversation", kinds, |text| {
        let said = Attributed::parse(text).unwrap();
        let kind = conversation::heading(&said.message);
        (kind, said.to_json().unwrap())
    });
}

/// Without a wildcard, so that a new kind is missed here first.
fn kind_of_signal(signal: &Signal) -> Option<&'static str> {
    Some(match signal {
        Signal::Hello {} => "hello",
        Signal::Description(_) => "description",
        Signal::Candidate(_) => "candidate",
        Signal::EndOfCandidates {} => "end_of_candidates",
        Signal::Unknown => return None,
    })
}

#[test]
fn what_is_inside_a_signal() {
    let kinds = ["hello", "description", "candidate", "end_of_candidates"];
    understands("parcel", kinds, |text| {
        let parcel = Parcel::parse(&payload(text)).unwrap();
        let kind = parcel.signals.first().and_then(kind_of_signal);
        (kind, String::from(parcel.to_payload().unwrap()))
    });
}
