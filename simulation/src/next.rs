//! The next version of the program, made up: what its pages and servers say on the wires.
//!
//! It adds a field to every object, types, and a capability; and it breaks with the past in how a
//! page shows that it is there, so its protocol has another version. Around the clients and servers
//! that ship, it turns what they say into what the next version would, and what the next version
//! says into what they understand of it.

use meeting::signaling::{ErrorCode, PROTOCOL_VERSION};
use serde_json::{Value, json};

use super::backend::Backend;
use super::page::Page;
use super::world::World;

/// The version of the program that a page or a server is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Release {
    /// The one that ships.
    #[default]
    Present,
    /// The one that is made up.
    Next,
}

/// The version of the socket's protocol that it speaks besides the present one.
pub const NEXT_PROTOCOL: u32 = PROTOCOL_VERSION + 1;
/// A capability of its pages.
pub const CAPABILITY: &str = "waving";
/// The name of the field that it adds.
pub const FIELD: &str = "next";

/// How the page at one end of a socket speaks.
#[derive(Debug, Default)]
pub struct Speech {
    /// The version that the server picked.
    version: u32,
    /// How often a server did not know a type.
    pub unknown_types: u32,
}

impl Speech {
    fn say(&self, text: &str) -> Vec<String> {
        let mut message = read(text);
        let is_ping = message["type"] == "ping";
        let says_wave = is_ping || message["type"] == "signal";
        if message["type"] == "join" {
            message["versions"] = json!([NEXT_PROTOCOL, PROTOCOL_VERSION]);
        }
        if is_ping && self.version == NEXT_PROTOCOL {
            message = json!({ "type": "heard", "up_to": message["ack"] });
        }
        add_page_fields(&mut message);
        let mut texts = vec![message.to_string()];
        texts.extend(says_wave.then(wave));
        texts
    }

    fn hear(&mut self, text: &str) -> String {
        let mut frame = read(text);
        let message = &mut frame["message"];
        if message["type"] == "joined" {
            let version = message["version"].as_u64();
            self.version = u32::try_from(version.unwrap()).unwrap();
        }
        if message["type"] == "still_here" {
            *message = json!({ "type": "pong" });
        }
        if message["code"] == json!(ErrorCode::UnknownType) {
            self.unknown_types += 1;
        }
        frame.to_string()
    }
}

/// What a server understands of a frame of a page, in the words of the present version.
pub fn server_reads(text: &str) -> String {
    let mut message = read(text);
    if message["type"] == "heard" {
        message = json!({ "type": "ping", "ack": message["up_to"] });
    }
    if message["type"] == "wave" {
        message = json!({ "type": "ping", "ack": 0 });
    }
    message.to_string()
}

/// What a server says to a page that speaks this version, where the present one says `text`.
pub fn server_writes(text: &str, version: u32) -> String {
    let mut frame = read(text);
    let is_fourth = frame["seq"].as_u64().is_some_and(|seq| seq % 4 == 3);
    let message = &mut frame["message"];
    if message["type"] == "joined" {
        message["version"] = json!(version);
    }
    if message["type"] == "pong" {
        if version == NEXT_PROTOCOL {
            message["type"] = json!("still_here");
        } else if is_fourth {
            // Anything that is heard shows that the server is there.
            message["type"] = json!("breeze");
        }
    }
    add_fields(&mut frame);
    frame.to_string()
}

fn page_says(text: &str) -> Vec<String> {
    let mut message = read(text);
    if message["type"] == "hello" {
        message["version"] = json!(2);
        let capabilities = message["capabilities"].as_array_mut().unwrap();
        capabilities.extend([json!(CAPABILITY), json!("x".repeat(1000))]);
    }
    let says_wave = message["type"] == "media";
    add_page_fields(&mut message);
    let mut texts = vec![message.to_string()];
    texts.extend(says_wave.then(wave));
    texts
}

fn wave() -> String {
    json!({ "type": "wave", "hand": { "left": true } }).to_string()
}

/// Adds a field to every object.
pub fn add_fields(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(add_fields);
            fields.insert(FIELD.to_owned(), json!({ "made": ["up", 1] }));
        }
        Value::Array(items) => items.iter_mut().for_each(add_fields),
        _ => {}
    }
}

/// Adds a field to every object of what a page says, also inside of signals.
fn add_page_fields(message: &mut Value) {
    if let Some(payload) = message["payload"].as_str() {
        let mut inside = read(payload);
        add_fields(&mut inside);
        message["payload"] = inside.to_string().into();
    }
    add_fields(message);
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

impl Page {
    pub(super) fn says_to_server(&self, text: String) -> Vec<String> {
        match self.release {
            Release::Present => vec![text],
            Release::Next => self.speech.say(&text),
        }
    }

    pub(super) fn hears_from_server(&mut self, text: String) -> String {
        match self.release {
            Release::Present => text,
            Release::Next => self.speech.hear(&text),
        }
    }

    pub(super) fn says_to_page(&self, text: String) -> Vec<String> {
        match self.release {
            Release::Present => vec![text],
            Release::Next => page_says(&text),
        }
    }
}

impl<B: Backend> World<B> {
    /// Somebody opens a page of this release and joins.
    pub fn join_as(&mut self, name: &str, release: Release) -> usize {
        let mut page = Page::new(name, None, &mut self.random);
        page.release = release;
        self.start(page)
    }

    /// The page is loaded again, as one of this release. Gives the new page.
    pub fn reload_as(&mut self, page: usize, release: Release) -> usize {
        self.pages[page].release = release;
        self.reload(page)
    }
}
