//! A page that meets a newer page and a newer server.

use meeting::client::{Action, ConnectionEvent, ConnectionKey, Input, UnknownCounts};

use super::session::{Page, ada, ben, opened};

/// A page in a call with Ben, whose channel is open.
fn page_with_ben() -> (Page, ConnectionKey) {
    let mut page = Page::open();
    let key = opened(&page.hear_joined(0, vec![ada(), ben()]))[0];
    page.feed(Input::Connection(key, ConnectionEvent::ChannelOpened));
    (page, key)
}

/// Ben says something. Gives what the page has to report of it.
fn ben_says(page: &mut Page, key: ConnectionKey, text: &str) -> Vec<String> {
    let event = ConnectionEvent::ChannelMessage(text.to_owned());
    reports(page.feed(Input::Connection(key, event)))
}

fn reports(actions: Vec<Action>) -> Vec<String> {
    let reports = actions.into_iter().filter_map(|action| match action {
        Action::Report(text) => Some(text),
        _ => None,
    });
    reports.collect()
}

#[test]
fn what_a_newer_page_says_besides_is_counted_and_reported_once() {
    let (mut page, key) = page_with_ben();
    let media = r#"{"type":"media","microphone":true,"camera":true,"screen":false,"hand":true}"#;
    assert_eq!(ben_says(&mut page, key, media).len(), 1);
    let wave = r#"{"type":"wave","hand":"left"}"#;
    assert_eq!(ben_says(&mut page, key, wave), [""; 0]);
    assert_eq!(ben_says(&mut page, key, media), [""; 0]);
    let counts = UnknownCounts {
        messages: 1,
        fields: 2,
    };
    assert_eq!(page.client.unknown_counts(), counts);
    let known = page.client.remotes()[&ben().id].media();
    assert!(known.microphone && known.camera && !known.screen);
}

#[test]
fn a_page_knows_what_the_others_can_do() {
    let (mut page, key) = page_with_ben();
    let remote = |page: &Page| {
        let remote = &page.client.remotes()[&ben().id];
        (remote.version(), remote.capabilities().has("files"))
    };
    ben_says(&mut page, key, r#"{"type":"hello","have":0}"#);
    assert_eq!(remote(&page), (1, false));
    let newer = r#"{"type":"hello","have":0,"version":2,"capabilities":["files","hands"]}"#;
    assert_eq!(ben_says(&mut page, key, newer), [""; 0]);
    assert_eq!(remote(&page), (1, true), "both speak the older version");
}
