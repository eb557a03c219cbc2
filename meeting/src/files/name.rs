//! Names of files.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{limits, visible};

/// What a file is called where nothing is left of its name.
const NAMELESS: &str = "file";
/// The longest ending that is kept where a name is cut, in bytes, with its dot.
const ENDING_BYTES: usize = 16;

/// What a file is called, as it is shown and as it can be saved on every system.
///
/// It is one name and no path; nothing in it is invisible, changes the direction of writing or means
/// something to a file system; it is none that Windows
/// [keeps for devices](https://learn.microsoft.com/windows/win32/fileio/naming-a-file). A longer one
/// is cut at [`limits::FILE_NAME_BYTES`], before its ending. There is one for every text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct FileName(Box<str>);

impl FileName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for FileName {
    fn from(text: String) -> Self {
        let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
        let words = last.split(visible::is_space).map(visible::shown);
        let words: Vec<String> = words
            .map(|word| word.into_iter().map(harmless).collect())
            .collect();
        let words: Vec<&str> = words
            .iter()
            .map(String::as_str)
            .filter(|it| !it.is_empty())
            .collect();
        let name = words.join(" ");
        let name = name.trim_end_matches(['.', ' ']);
        if !visible::has_visible(name) {
            return Self(NAMELESS.into());
        }
        let name = if is_device(name) {
            &format!("_{name}")
        } else {
            name
        };
        Self(cut(name).into())
    }
}

impl From<FileName> for String {
    fn from(name: FileName) -> Self {
        name.0.into_string()
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What stands for a character that means something to a file system.
const fn harmless(c: char) -> char {
    match c {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        c => c,
    }
}

/// Whether Windows takes this for a device, whatever its ending.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let stem = stem.to_ascii_uppercase();
    let is_port = |rest: &str| {
        matches!(rest.chars().next(), Some('0'..='9' | '¹' | '²' | '³'))
            && rest.chars().count() == 1
    };
    matches!(
        stem.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$"
    ) || ["COM", "LPT"]
        .iter()
        .any(|port| stem.strip_prefix(port).is_some_and(is_port))
}

/// The name, if it is short enough, or else its beginning and its ending.
fn cut(name: &str) -> String {
    if name.len() <= limits::FILE_NAME_BYTES {
        return name.to_owned();
    }
    let ending = name
        .rfind('.')
        .filter(|at| *at > 0 && name.len() - at <= ENDING_BYTES);
    let (stem, ending) = name.split_at(ending.unwrap_or(name.len()));
    let mut kept = String::new();
    for cluster in visible::clusters(stem) {
        if kept.len() + cluster.len() + ending.len() > limits::FILE_NAME_BYTES {
            break;
        }
        kept.push_str(cluster);
    }
    let kept = kept.trim_end_matches(['.', ' ']);
    format!("{kept}{ending}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> String {
        FileName::from(text.to_owned()).into()
    }

    #[test]
    fn a_name_keeps_what_a_person_reads() {
        for text in [
            "notes.txt",
            "Ada’s Bild 1 (final).PNG",
            "李明.pdf",
            ".gitignore",
            "a.tar.gz",
            "CONCERT.txt",
            "👩\u{200d}👧.jpg",
        ] {
            assert_eq!(name(text), text);
        }
    }

    #[test]
    fn a_name_is_no_path() {
        for (text, kept) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\system32\\evil.dll", "evil.dll"),
            ("/", "file"),
            ("..", "file"),
            (".", "file"),
            ("a/..", "file"),
            ("a/../", "file"),
            ("C:evil", "C_evil"),
            ("notes.txt:stream", "notes.txt_stream"),
            ("~/.ssh/id", "id"),
        ] {
            assert_eq!(name(text), kept, "{text}");
        }
    }

    #[test]
    fn a_name_hides_nothing_and_turns_nothing_around() {
        for (text, kept) in [
            ("photo\u{202e}gnp.exe", "photognp.exe"),
            ("a\u{0}b\n c\u{7f}\t.txt", "ab c .txt"),
            ("  two   words .txt. . ", "two words .txt"),
            ("\u{200b}\u{2066}", "file"),
            ("\u{301}", "file"),
            ("", "file"),
            ("what? \"<*>\" |", "what_ _____ _"),
        ] {
            assert_eq!(name(text), kept, "{}", text.escape_unicode());
        }
    }

    #[test]
    fn a_name_is_no_device() {
        for (text, kept) in [
            ("con", "_con"),
            ("NUL.txt", "_NUL.txt"),
            ("Aux .tar.gz", "_Aux .tar.gz"),
            ("com1", "_com1"),
            ("lpt³.log", "_lpt³.log"),
            ("COM10", "COM10"),
            ("console", "console"),
        ] {
            assert_eq!(name(text), kept, "{text}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let most = limits::FILE_NAME_BYTES;
        for length in [most - 1, most] {
            let text = "x".repeat(length);
            assert_eq!(name(&text), text);
        }
        assert_eq!(name(&"x".repeat(most + 1)), "x".repeat(most));
        let kept = name(&["x".repeat(500), ".docx".to_owned()].concat());
        assert_eq!(kept, ["x".repeat(most - 5), ".docx".to_owned()].concat());
        // What is no ending goes like the rest.
        let kept = name(&["a.", &"y".repeat(500)].concat());
        assert_eq!(kept.len(), most);
        let kept = name(&["é".repeat(500), ".é".to_owned()].concat());
        assert!(kept.len() <= most && kept.ends_with("é.é"), "{kept}");
    }

    proptest! {
        #[test]
        fn a_name_can_be_saved_and_read_again_is_the_same(
            text in "([.\u{200d}\u{301}👩क /\\\\:\u{202e}]|con|nul|.){0,300}",
        ) {
            let once = name(&text);
            prop_assert_eq!(&name(&once), &once);
            prop_assert!((1..=limits::FILE_NAME_BYTES).contains(&once.len()));
            prop_assert!(!once.contains(['/', '\\', ':', '\0']) && !once.contains(char::is_control));
            prop_assert!(!once.ends_with(['.', ' ']) && once != "." && once != "..");
            prop_assert!(!is_device(&once));
        }
    }
}
