//! What holds for the texts of every language.

use std::collections::BTreeMap;

use serde_json::Value;

use super::*;
use crate::language::Language;

/// Every text of a language by its place in the catalogue.
fn texts(language: Language) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    collect("", &language.messages().write(), &mut texts);
    texts
}

fn collect(place: &str, value: &Value, texts: &mut BTreeMap<String, String>) {
    match value {
        Value::String(text) => drop(texts.insert(place.to_owned(), text.clone())),
        Value::Object(parts) => {
            for (name, part) in parts {
                collect(&format!("{place}/{name}"), part, texts);
            }
        }
        other => panic!("{place} is no text: {other}"),
    }
}

fn is_chinese(character: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&character)
}

#[test]
fn the_file_of_a_language_has_the_form_of_the_catalogue() {
    let english = texts(Language::English);
    for (place, text) in [
        ("/home/join", "Join"),
        ("/problems/camera/lost", ENGLISH.problems.camera.lost),
        ("/tile/pin", "Pin {name}"),
        ("/devices/unnamed_camera", "Camera {number}"),
        ("/tile/heard_by", "{count} of {all} can hear you"),
        ("/people/count/one", "{count} person in the room"),
        ("/people/count/other", "{count} people in the room"),
    ] {
        assert_eq!(
            english.get(place).map(String::as_str),
            Some(text),
            "{place}"
        );
    }
}

#[test]
fn nothing_is_left_in_english() {
    let english = texts(Language::English);
    for (place, text) in texts(Language::Chinese) {
        if place != "/product" && place != "/between" {
            assert_ne!(Some(&text), english.get(&place), "{place}");
        }
    }
}

/// Beside a Chinese character, punctuation is as wide as the character.
#[test]
fn chinese_has_chinese_punctuation() {
    for (place, text) in texts(Language::Chinese) {
        let characters: Vec<char> = text.chars().collect();
        for pair in characters.windows(2) {
            let narrow = |it: &char| ",.;:?!()\"'".contains(*it);
            let wrong = pair.iter().any(narrow) && pair.iter().copied().any(is_chinese);
            assert!(!wrong, "{place}: {text}");
        }
    }
}
