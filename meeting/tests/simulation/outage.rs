//! How soon pages are back when the server is, however long it was away.

use meeting::backoff::Jitter;
use meeting::client::{Action, ConnectionEvent, ConnectionKey, Input};
use meeting::conversation::{Attributed, ConversationMessage};
use simulation::random::between;

use crate::session::{BROKEN, Page, ada, ben, opened};

const PAGES: u64 = 400;
/// In seconds.
const OUTAGES: [u64; 4] = [1, 4, 15, 60];
/// When TCP sends what opens a connection again, in milliseconds
/// ([RFC 6298](https://www.rfc-editor.org/rfc/rfc6298#section-5)).
const SYN_AT: [u64; 4] = [0, 1000, 3000, 7000];

/// What becomes of a try while the server is away.
#[derive(Clone, Copy, Debug)]
enum Outage {
    /// It fails at once.
    Dead,
    /// It hangs, unless the server is back when it is sent again.
    Dark,
}

/// When a try that began at `since` opens, if it is waited for.
fn opens_at(outage: Outage, since: u64, back: u64) -> Option<u64> {
    match outage {
        Outage::Dead => (since >= back).then_some(since),
        Outage::Dark => SYN_AT
            .map(|at| since + at)
            .into_iter()
            .find(|at| *at >= back),
    }
}

/// The times of all tries of a page whose server is away for so long, counted from the loss. The
/// last one is when its socket opened.
fn tries(seed: u64, outage: Outage, millis: u64) -> Vec<u64> {
    let mut page = Page::open_with_seed(seed);
    page.hear_joined(0, vec![ada()]);
    let lost = page.now;
    let back = lost + millis;
    page.feed(Input::SocketClosed(page.socket.unwrap(), BROKEN));
    let mut tries = Vec::new();
    loop {
        page.wait_for_another_socket();
        let since = page.now;
        tries.push(since - lost);
        let socket = page.socket;
        match (outage, opens_at(outage, since, back)) {
            (Outage::Dead, None) => drop(page.feed(Input::SocketClosed(socket.unwrap(), BROKEN))),
            (_, opens) => {
                let gives_up = page.client.poll_timeout().unwrap().as_millis();
                if let Some(opens) = opens.filter(|opens| *opens < gives_up) {
                    tries.push(opens - lost);
                    return tries;
                }
            }
        }
    }
}

#[test]
fn half_are_back_within_a_second_and_nearly_all_within_three() {
    for outage in [Outage::Dead, Outage::Dark] {
        for seconds in OUTAGES {
            let millis = seconds * 1000;
            let times = (0..PAGES).map(|seed| *tries(seed, outage, millis).last().unwrap());
            let mut late: Vec<u64> = times.map(|time| time.saturating_sub(millis)).collect();
            late.sort_unstable();
            let share = |percent: usize| late[late.len() * percent / 100];
            let (half, nearly_all) = (share(50), share(99));
            assert!(half <= 1000, "{outage:?} {seconds} s: {half} ms");
            assert!(
                nearly_all <= 3000,
                "{outage:?} {seconds} s: {nearly_all} ms"
            );
        }
    }
}

/// Each room comes back by itself here; in one room they tell each other.
#[test]
fn two_hundred_pages_that_come_back_at_once_do_not_stampede() {
    for seconds in OUTAGES {
        let millis = seconds * 1000;
        let mut attempts: Vec<u64> = (0..200)
            .flat_map(|seed| tries(seed, Outage::Dead, millis))
            .filter(|time| *time >= millis)
            .collect();
        attempts.sort_unstable();
        let at_once = |from: &u64| {
            let within = |at: &&u64| (*from..from + 100).contains(*at);
            attempts.iter().filter(within).count()
        };
        let most = attempts.iter().map(at_once).max();
        // The last try of each is there twice: as a try, and as what it opened.
        assert!(most.unwrap() <= 2 * 60, "{seconds} s: {most:?} in 100 ms");
    }
}

/// Ada, without a server, and the connection to Ben.
fn waiting(seed: u64) -> (Page, ConnectionKey) {
    let mut page = Page::open_with_seed(seed);
    let link = opened(&page.hear_joined(0, vec![ada(), ben()]))[0];
    page.feed(Input::SocketClosed(page.socket.unwrap(), BROKEN));
    for _ in 0..6 {
        page.wait_for_another_socket();
        page.feed(Input::SocketClosed(page.socket.unwrap(), BROKEN));
    }
    (page, link)
}

fn news(page: &mut Page, link: ConnectionKey) -> Vec<Action> {
    let news = Attributed {
        message: ConversationMessage::ServerIsBack {},
        from: Some(ben().id),
    };
    let text = news.to_json().unwrap();
    page.feed(Input::Connection(
        link,
        ConnectionEvent::ChannelMessage(text),
    ))
}

#[test]
fn who_is_back_tells_the_others_and_they_try_at_once_but_not_together() {
    let mut waits = Vec::new();
    for seed in 0..100 {
        let (mut page, link) = waiting(seed);
        let heard = page.now;
        news(&mut page, link);
        page.wait_for_another_socket();
        waits.push(page.now - heard);
    }
    waits.sort_unstable();
    assert!(waits[99] <= 310, "{waits:?}");
    assert!(waits[80] - waits[20] > 100, "{waits:?}");

    let (mut page, link) = waiting(1);
    page.feed(Input::Connection(link, ConnectionEvent::ChannelOpened));
    page.wait_for_another_socket();
    page.feed(Input::SocketOpened(page.socket.unwrap()));
    let actions = page.hear_joined(0, vec![ada(), ben()]);
    let tells = |action: &Action| matches!(action, Action::SendChannel(key, text) if *key == link && text.contains("server_is_back"));
    assert!(actions.iter().any(tells), "{actions:?}");
}

#[test]
fn who_cries_that_the_server_is_back_makes_nobody_hammer_it() {
    let (mut page, link) = waiting(1);
    let mut random = Jitter::new(1);
    let (start, mut sockets) = (page.now, 0);
    while page.now < start + 60_000 {
        let opened = |actions: Vec<Action>| {
            let mut actions = actions.into_iter();
            actions.any(|action| matches!(action, Action::OpenSocket(_)))
        };
        page.now += between(&mut random, 1, 20);
        let by_news = opened(news(&mut page, link));
        if by_news || opened(page.feed(Input::Tick)) {
            sockets += 1;
            page.feed(Input::SocketClosed(page.socket.unwrap(), BROKEN));
        }
    }
    // By itself a page tries 55 times in a minute.
    assert!(sockets <= 85, "{sockets} tries in a minute");
}

#[test]
fn a_socket_that_hangs_when_the_server_is_back_is_given_up_once() {
    let (mut page, link) = waiting(1);
    page.wait_for_another_socket();
    page.now += 500;
    assert_eq!(news(&mut page, link), [], "it may still open");
    page.now += 1000;
    let old = page.socket.unwrap();
    let actions = news(&mut page, link);
    assert!(actions.contains(&Action::CloseSocket(old)), "{actions:?}");
    let heard = page.now;
    page.wait_for_another_socket();
    assert!(page.now - heard <= 310);
    page.now += 3000;
    assert_eq!(news(&mut page, link), [], "it would never open otherwise");
}
