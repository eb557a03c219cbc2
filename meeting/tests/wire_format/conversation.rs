//! `docs/conversation.md` tells of every message between two pages, and what pages of this version
//! say is read for ever.

use meeting::conversation::{
    Attributed, Capabilities, ChatMessage, ConversationMessage, Hello, HistoryMessage, KnownPage,
    MediaState, MessageId, Reaction, Relation, Report,
};
use meeting::files::{AttachedFile, FileId};
use meeting::limits;
use meeting::recording::Subject;

use crate::examples::{ada, payload};

const DOCUMENT: &str = include_str!("../../../docs/conversation.md");

/// The name of the heading. Without a wildcard, so that a new message is missed here first.
pub(crate) fn heading(message: &ConversationMessage) -> Option<&'static str> {
    Some(match message {
        ConversationMessage::Hello(_) => "hello",
        ConversationMessage::Media(_) => "media",
        ConversationMessage::Recording { .. } => "recording",
        ConversationMessage::Report(_) => "report",
        ConversationMessage::Chat { .. } => "chat",
        ConversationMessage::History(_) => "history",
        ConversationMessage::Files { .. } => "files",
        ConversationMessage::Signal { .. } => "signal",
        ConversationMessage::Received { .. } => "received",
        ConversationMessage::Typing { .. } => "typing",
        ConversationMessage::Hand { .. } => "hand",
        ConversationMessage::Reaction { .. } => "reaction",
        ConversationMessage::Bye {} => "bye",
        ConversationMessage::ServerIsBack {} => "server_is_back",
        ConversationMessage::Unknown => return None,
    })
}

/// What names a file that says `hello` and ends its line.
fn file_id() -> FileId {
    let id = "46720e88f936d133da42bc02170ddd268966d986f7f76115dc08751e33a78ecb";
    FileId(id.to_owned().try_into().unwrap())
}

/// One of each, with the text that carries it from somebody who is not named.
pub(crate) fn messages() -> Vec<(ConversationMessage, &'static str)> {
    let message = ChatMessage {
        number: 2,
        clock: 9,
        at: 1_795_000_000_000,
        text: "hello".to_owned(),
        ..ChatMessage::default()
    };
    let file = AttachedFile {
        id: file_id(),
        size: 6.try_into().unwrap(),
        name: "hello.txt".to_owned().into(),
        media_type: Some("text/plain".to_owned().try_into().unwrap()),
    };
    let with_file = ChatMessage {
        text: file.name.to_string(),
        file: Some(file),
        ..message.clone()
    };
    let private = ChatMessage {
        to: Some(ada().id),
        ..message.clone()
    };
    let of = MessageId {
        author: ada().id,
        instance: ada().instance,
        number: 1,
    };
    let related = |text: &str, relation| ChatMessage {
        text: text.to_owned(),
        relation: Some(relation),
        ..message.clone()
    };
    let reply = related("hello", Relation::Reply { of: of.clone() });
    let edit = related("hello", Relation::Edit { of: of.clone() });
    let deletion = related("", Relation::Deletion { of: of.clone() });
    let heart = Some(Reaction::Heart);
    let reaction = related(
        "",
        Relation::Reaction {
            of,
            reaction: heart,
        },
    );
    let news = |message| ConversationMessage::Chat {
        message,
        late: false,
    };
    let known = KnownPage {
        author: ada().id,
        instance: ada().instance,
        have: 3,
    };
    let on = MediaState {
        microphone: true,
        camera: false,
        screen: false,
    };
    vec![
        (
            ConversationMessage::Hello(Hello {
                have: 4,
                now: Some(1_795_000_000_000),
                clock: Some(9),
                known: Some(vec![known]),
                version: Some(1),
                capabilities: Some(Capabilities::from(vec!["files".to_owned()])),
            }),
            r#"{"type":"hello","have":4,"now":1795000000000,"clock":9,"known":[{"author":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a","instance":"00000000000000aa","have":3}],"version":1,"capabilities":["files"]}"#,
        ),
        (
            ConversationMessage::Hello(Hello {
                have: 4,
                now: None,
                clock: None,
                known: None,
                version: None,
                capabilities: None,
            }),
            r#"{"type":"hello","have":4}"#,
        ),
        (
            ConversationMessage::Media(on),
            r#"{"type":"media","microphone":true,"camera":false,"screen":false}"#,
        ),
        (
            ConversationMessage::Recording {
                subject: Some(Subject::Meeting),
            },
            r#"{"type":"recording","subject":"meeting"}"#,
        ),
        (
            ConversationMessage::Recording { subject: None },
            r#"{"type":"recording"}"#,
        ),
        (
            ConversationMessage::Report(Report {
                sent: on,
                received: MediaState::default(),
            }),
            r#"{"type":"report","sent":{"microphone":true,"camera":false,"screen":false},"received":{"microphone":false,"camera":false,"screen":false}}"#,
        ),
        (
            ConversationMessage::Chat {
                message: message.clone(),
                late: false,
            },
            r#"{"type":"chat","message":{"number":2,"clock":9,"at":1795000000000,"text":"hello"},"late":false}"#,
        ),
        (
            ConversationMessage::Chat {
                message: with_file,
                late: false,
            },
            r#"{"type":"chat","message":{"number":2,"clock":9,"at":1795000000000,"text":"hello.txt","file":{"id":"46720e88f936d133da42bc02170ddd268966d986f7f76115dc08751e33a78ecb","size":6,"name":"hello.txt","media_type":"text/plain"}},"late":false}"#,
        ),
        (
            news(private),
            r#"{"type":"chat","message":{"number":2,"clock":9,"at":1795000000000,"text":"hello","to":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"},"late":false}"#,
        ),
        (
            news(reply),
            r#"{"type":"chat","message":{"number":2,"clock":9,"at":1795000000000,"text":"hello","relation":{"kind":"reply","of":{"author":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a","instance":"00000000000000aa","number":1}}},"late":false}"#,
        ),
        (
            news(edit),
            r#"{"type":"chat","message":{"number":2,"clock":9,"at":1795000000000,"text":"hello","relation":{"kind":"edit","of":{"author":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a","instance":"00000000000000aa","number":1}}},"late":false}"#,
        ),
        (
            news(deletion),
            r#"{"type":"chat","message":{"number":2,"clock":9,"at":1795000000000,"text":"","relation":{"kind":"deletion","of":{"author":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a","instance":"00000000000000aa","number":1}}},"late":false}"#,
        ),
        (
            news(reaction),
            r#"{"type":"chat","message":{"number":2,"clock":9,"at":1795000000000,"text":"","relation":{"kind":"reaction","of":{"author":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a","instance":"00000000000000aa","number":1},"reaction":"heart"}},"late":false}"#,
        ),
        (
            ConversationMessage::Files {
                have: vec![file_id()],
            },
            r#"{"type":"files","have":["46720e88f936d133da42bc02170ddd268966d986f7f76115dc08751e33a78ecb"]}"#,
        ),
        (
            ConversationMessage::History(HistoryMessage {
                author: ada().id,
                instance: ada().instance,
                name: ada().name,
                message,
            }),
            r#"{"type":"history","author":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a","instance":"00000000000000aa","name":"Ada","message":{"number":2,"clock":9,"at":1795000000000,"text":"hello"}}"#,
        ),
        (
            ConversationMessage::Signal {
                payload: payload("x"),
            },
            r#"{"type":"signal","payload":"x"}"#,
        ),
        (
            ConversationMessage::Received { have: 3 },
            r#"{"type":"received","have":3}"#,
        ),
        (
            ConversationMessage::Typing { to: None },
            r#"{"type":"typing"}"#,
        ),
        (
            ConversationMessage::Typing { to: Some(ada().id) },
            r#"{"type":"typing","to":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"}"#,
        ),
        (
            ConversationMessage::Hand { raised: Some(3) },
            r#"{"type":"hand","raised":3}"#,
        ),
        (
            ConversationMessage::Hand { raised: None },
            r#"{"type":"hand"}"#,
        ),
        (
            ConversationMessage::Reaction {
                reaction: Some(Reaction::ThumbsUp),
            },
            r#"{"type":"reaction","reaction":"thumbs_up"}"#,
        ),
        (ConversationMessage::Bye {}, r#"{"type":"bye"}"#),
        (
            ConversationMessage::ServerIsBack {},
            r#"{"type":"server_is_back"}"#,
        ),
    ]
}

#[test]
fn each_message_is_carried_by_its_text_and_read_from_it() {
    for (message, text) in messages() {
        let mut said = Attributed {
            message,
            from: None,
        };
        assert_eq!(said.to_json().unwrap(), text);
        assert_eq!(Attributed::parse(text).unwrap(), said, "{text}");
        said.from = Some(ada().id);
        let named = text.strip_suffix('}').unwrap();
        let named = format!(r#"{named},"from":"{}"}}"#, ada().id.as_str());
        assert_eq!(said.to_json().unwrap(), named);
        assert_eq!(Attributed::parse(&named).unwrap(), said, "{named}");
    }
}

#[test]
fn the_document_has_a_heading_for_each_message_and_none_for_anything_else() {
    let names: Vec<_> = messages()
        .iter()
        .filter_map(|(it, _)| heading(it))
        .collect();
    for name in &names {
        assert!(DOCUMENT.contains(&format!("\n### `{name}`\n")), "{name}");
    }
    let headings = DOCUMENT
        .lines()
        .filter_map(|line| line.strip_prefix("### `"));
    for it in headings {
        assert!(names.contains(&it.trim_end_matches('`')), "{it}");
    }
}

#[test]
fn the_fuzzer_begins_with_each_message() {
    let corpus = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../fuzz/corpus/conversation_message"
    );
    let texts = std::fs::read_dir(corpus).unwrap().filter_map(|entry| {
        let text = std::fs::read_to_string(entry.unwrap().path());
        Attributed::parse(&text.ok()?).ok()
    });
    let there: Vec<_> = texts.filter_map(|it| heading(&it.message)).collect();
    for (message, text) in messages() {
        let name = heading(&message).unwrap();
        assert!(there.contains(&name), "{text}");
    }
}

/// The chat had no clocks, and nothing was passed on.
#[test]
fn what_the_first_pages_said_is_still_read() {
    for text in [
        r#"{"type":"hello","have":0}"#,
        r#"{"type":"chat","message":{"number":0,"at":1795000000000,"text":"hello"},"late":true}"#,
        r#"{"type":"media","microphone":true,"camera":true,"screen":false}"#,
        r#"{"type":"signal","payload":"x"}"#,
        r#"{"type":"bye"}"#,
    ] {
        let said = Attributed::parse(text).unwrap();
        assert_ne!(said.message, ConversationMessage::Unknown, "{text}");
        assert_eq!(said.from, None, "{text}");
    }
}

#[test]
fn a_reaction_that_only_a_newer_page_knows_is_none_here() {
    for text in [
        r#"{"type":"reaction","reaction":"rocket"}"#,
        r#"{"type":"reaction","reaction":{"kind":"heart"}}"#,
        r#"{"type":"reaction"}"#,
    ] {
        let read = Attributed::parse(text).unwrap().message;
        assert_eq!(read, ConversationMessage::Reaction { reaction: None });
    }
}

#[test]
fn a_hello_says_the_rest_when_its_version_or_its_capabilities_cannot_be_read() {
    for odd in [
        r#""version":-1"#,
        r#""version":"2""#,
        r#""version":4294967296"#,
        r#""capabilities":[{"name":"files"}]"#,
        r#""capabilities":"files""#,
    ] {
        let text = format!(r#"{{"type":"hello","have":3,"clock":7,{odd}}}"#);
        let said = Attributed::parse(&text).map(|it| it.message);
        let Ok(ConversationMessage::Hello(hello)) = said else {
            panic!("{text} is no hello");
        };
        assert_eq!((hello.have, hello.clock), (3, Some(7)), "{text}");
        assert_eq!((hello.version, hello.capabilities), (None, None), "{text}");
    }
}

#[test]
fn whatever_is_recorded_is_a_recording_and_without_a_subject_nothing_is() {
    for (subject, expected) in [
        ("", None),
        (r#","subject":null"#, None),
        (r#","subject":"meeting""#, Some(Subject::Meeting)),
        (r#","subject":"camera""#, Some(Subject::Camera)),
        (r#","subject":"screen""#, Some(Subject::Screen)),
        (r#","subject":"sound""#, Some(Subject::Sound)),
        (r#","subject":"whiteboard""#, Some(Subject::Unknown)),
        (r#","subject":"""#, Some(Subject::Unknown)),
        (r#","subject":false"#, Some(Subject::Unknown)),
        (r#","subject":{"whiteboard":[1]}"#, Some(Subject::Unknown)),
    ] {
        let text = format!(r#"{{"type":"recording"{subject}}}"#);
        let said = Attributed::parse(&text).map(|it| it.message);
        let Ok(ConversationMessage::Recording { subject }) = said else {
            panic!("{text} is no recording");
        };
        assert_eq!(subject, expected, "{text}");
    }
}

#[test]
fn a_chat_message_says_its_text_when_its_file_cannot_be_read() {
    let id = file_id().0;
    let good = format!(r#"{{"id":"{id}","size":6,"name":"hello.txt"}}"#);
    for (file, is_read) in [
        (good.clone(), true),
        (good.replace("}", r#","media_type":"none"}"#), true),
        (good.replace("}", r#","media_type":7,"more":[1]}"#), true),
        ("null".to_owned(), false),
        ("7".to_owned(), false),
        ("{}".to_owned(), false),
        (good.replace('6', "0"), false),
        (good.replace(":6", ":-6"), false),
        (good.replace(":6", ":1099511627776"), true),
        (good.replace(":6", ":1099511627777"), false),
        (good.replace(":6", r#":"6""#), false),
        (good.replace(&id.to_string(), "46720e88"), false),
        (good.replace(r#""hello.txt""#, "7"), false),
    ] {
        let message = format!(r#"{{"number":2,"at":1,"text":"hello.txt","file":{file}}}"#);
        let text = format!(r#"{{"type":"chat","late":false,"message":{message}}}"#);
        let said = Attributed::parse(&text).map(|it| it.message);
        let Ok(ConversationMessage::Chat { message, .. }) = said else {
            panic!("{text} is no chat message");
        };
        assert_eq!(message.text, "hello.txt", "{text}");
        assert_eq!(message.file.is_some(), is_read, "{text}");
    }
}

#[test]
fn a_page_can_say_that_it_has_as_many_files_as_it_may_have() {
    let have = vec![file_id(); limits::FILES_HELD];
    let said = Attributed {
        message: ConversationMessage::Files { have },
        from: Some(ada().id),
    };
    let text = said.to_json().unwrap();
    assert_eq!(Attributed::parse(&text).unwrap(), said);
}
