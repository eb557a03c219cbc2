//! A page that the server does not let in, or not any more.

use meeting::client::{
    Absence, Action, ConnectionEvent, ConnectionKey, Input, LinkState, Obstacle, SocketEnd, Status,
};
use meeting::limits;
use meeting::recovery::TransportState;
use meeting::signaling::{
    ClientMessage, CloseCode, Ending, ErrorCode, Reaction, Refusal, ServerMessage,
};

use crate::session::{BROKEN, Page, ada, ben, opened};

/// Longer than a page that tries again would wait, and shorter than it takes to see that nothing comes
/// over a connection of which this test tells nothing.
const LONG: u64 = 4_000;

/// Ada in a call with Ben, the socket gone, the next one open.
fn reconnecting() -> (Page, ConnectionKey) {
    let mut page = Page::open();
    let link = opened(&page.hear_joined(0, vec![ada(), ben()]))[0];
    page.feed(Input::Connection(
        link,
        ConnectionEvent::Transport(TransportState::Connected),
    ));
    page.reconnect();
    (page, link)
}

fn close(page: &mut Page, code: CloseCode) -> Vec<Action> {
    let end = SocketEnd::Closed(code.as_u16());
    page.feed(Input::SocketClosed(page.socket.unwrap(), end))
}

fn refusals() -> impl Iterator<Item = (CloseCode, Refusal)> {
    CloseCode::ALL
        .into_iter()
        .filter_map(|code| match code.reason().reaction {
            Reaction::Refused(refusal) => Some((code, refusal)),
            _ => None,
        })
}

fn opens_a_socket(actions: &[Action]) -> bool {
    actions
        .iter()
        .any(|action| matches!(action, Action::OpenSocket(_)))
}

/// The token with which a page joins on the socket that it has just opened.
fn token_shown(page: &mut Page) -> String {
    let actions = page.feed(Input::SocketOpened(page.socket.unwrap()));
    let join = actions.iter().find_map(|action| match action {
        Action::SendSocket(_, text) => match ClientMessage::parse(text).unwrap() {
            ClientMessage::Join(join) => Some(join),
            _ => None,
        },
        _ => None,
    });
    let resume = join.unwrap().resume.expect("a token is shown");
    serde_json::to_string(&resume.token).unwrap()
}

#[test]
fn whoever_is_refused_in_a_call_stays_in_it_and_does_not_ask_again() {
    for (code, refusal) in refusals() {
        let (mut page, _) = reconnecting();
        close(&mut page, code);
        let away = Status::Away(Absence::Refused(refusal));
        assert_eq!(page.client.status(), away, "{code:?}");
        for input in [
            Input::Tick,
            Input::Woken,
            Input::NetworkChanged,
            Input::Tick,
        ] {
            page.now += LONG;
            assert!(!opens_a_socket(&page.feed(input)), "{code:?}");
        }
        assert_eq!(page.client.status(), away, "{code:?}");
        assert_eq!(page.client.remotes().len(), 1, "{code:?}");
    }
}

#[test]
fn whoever_is_refused_with_nobody_to_talk_to_is_told_at_once() {
    for (code, refusal) in refusals() {
        let mut page = Page::open();
        page.hear_joined(0, vec![ada()]);
        page.reconnect();
        close(&mut page, code);
        let over = Status::Ended(Ending::Refused(refusal));
        assert_eq!(page.client.status(), over, "{code:?}");
    }
}

#[test]
fn a_refused_call_ends_when_its_last_connection_was_not_repaired_in_time() {
    let (mut page, link) = reconnecting();
    close(&mut page, CloseCode::RoomFull);
    let lost = ConnectionEvent::Transport(TransportState::Failed);
    page.feed(Input::Connection(link, lost));
    let grace = u64::try_from(limits::GRACE.as_millis()).unwrap();
    page.now += grace - 1000;
    page.feed(Input::Tick);
    let away = Status::Away(Absence::Refused(Refusal::Full));
    assert_eq!(page.client.status(), away);
    let due = page.client.poll_timeout().unwrap().as_millis();
    assert!(due <= page.now + 1000, "nothing would end it");
    page.now += 1000;
    page.feed(Input::Tick);
    let over = Status::Ended(Ending::Refused(Refusal::Full));
    assert_eq!(page.client.status(), over);
}

#[test]
fn whoever_left_was_removed_or_is_elsewhere_is_out_at_once() {
    for (code, ending) in [
        (CloseCode::Normal, Ending::Left),
        (CloseCode::Replaced, Ending::Replaced),
        (CloseCode::Removed, Ending::Removed),
    ] {
        let (mut page, link) = reconnecting();
        let actions = close(&mut page, code);
        assert_eq!(page.client.status(), Status::Ended(ending));
        assert!(actions.contains(&Action::CloseConnection(link)));
    }
}

#[test]
fn whoever_is_refused_is_let_in_again_once_they_ask_and_there_is_a_place() {
    let (mut page, _) = reconnecting();
    close(&mut page, CloseCode::RoomFull);
    assert!(opens_a_socket(&page.feed(Input::TryAgain)));
    token_shown(&mut page);
    page.hear_joined(0, vec![ada(), ben()]);
    assert_eq!(page.client.status(), Status::Joined);
}

/// Without one, each `join` whose answer is lost would make one more participant.
#[test]
fn a_page_whose_token_is_refused_draws_another_and_keeps_to_it() {
    let (mut page, _) = reconnecting();
    close(&mut page, CloseCode::ResumeRefused);
    for lost_answer in 0..3 {
        page.wait_for_another_socket();
        assert_eq!(token_shown(&mut page), r#""drawn""#, "{lost_answer}");
        page.feed(Input::SocketClosed(page.socket.unwrap(), BROKEN));
    }
}

#[test]
fn a_page_says_what_is_in_the_way_and_takes_nothing_for_final_that_it_saw_once() {
    let mut page = Page::open();
    let mut seen = |obstacle| {
        let end = SocketEnd::Failed(obstacle);
        page.feed(Input::SocketClosed(page.socket.unwrap(), end));
        let status = page.client.status();
        page.wait_for_another_socket();
        status
    };
    let joining = |obstacle| Status::Joining(Some(obstacle));
    assert_eq!(seen(Obstacle::Origin), joining(Obstacle::Origin));
    let once = Obstacle::NoSockets { times: 1 };
    assert_eq!(seen(once), joining(Obstacle::Unreachable));
    assert_eq!(seen(once), joining(Obstacle::NoSockets { times: 2 }));
    assert_eq!(seen(Obstacle::Gateway), joining(Obstacle::Gateway));
}

#[test]
fn a_server_that_answered_and_sends_a_page_away_for_now_is_not_said_to_be_silent() {
    let retried = CloseCode::ALL.into_iter().filter(|code| code.may_retry());
    let told = retried.map(|code| {
        let mut page = Page::open();
        close(&mut page, code);
        let Status::Joining(Some(obstacle)) = page.client.status() else {
            panic!("{code:?}: {:?}", page.client.status());
        };
        (code, obstacle)
    });
    let expected = [
        (CloseCode::GoingAway, Obstacle::Busy),
        (CloseCode::JoinTimeout, Obstacle::Slow),
        (CloseCode::ResumeRefused, Obstacle::SentAway),
        (CloseCode::RateLimited, Obstacle::SentAway),
        (CloseCode::TooSlow, Obstacle::Slow),
        (CloseCode::Silent, Obstacle::Slow),
        (CloseCode::Unavailable, Obstacle::Unavailable),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

#[test]
fn a_reason_counts_though_the_close_frame_was_lost_and_a_server_that_stops_is_said_to_stop() {
    let (mut page, _) = reconnecting();
    let error = ServerMessage::Error {
        code: ErrorCode::Unavailable,
        message: String::new(),
        retry_after_ms: Some(1000),
    };
    page.hear(0, error);
    let broken = SocketEnd::Closed(1006);
    page.feed(Input::SocketClosed(page.socket.unwrap(), broken));
    page.now += 2000;
    let away = |obstacle| Status::Away(Absence::Trying(obstacle));
    page.feed(Input::Tick);
    assert_eq!(page.client.status(), away(Obstacle::Unavailable));

    let (mut page, _) = reconnecting();
    page.hear_joined(0, vec![ada(), ben()]);
    page.hear(1, ServerMessage::GoingAway { jitter_ms: 100 });
    page.wait_for_another_socket();
    page.now += 2000;
    page.feed(Input::Tick);
    assert_eq!(page.client.status(), away(Obstacle::Busy));
}

#[test]
fn what_answers_in_the_servers_place_is_blamed_for_a_socket_that_never_opens() {
    let mut page = Page::open();
    page.feed(Input::SocketClosed(page.socket.unwrap(), BROKEN));
    page.wait_for_another_socket();
    let opening = page.socket.unwrap();
    page.feed(Input::SocketHindered(opening, Obstacle::Origin));
    let joining = |obstacle| Status::Joining(Some(obstacle));
    assert_eq!(page.client.status(), joining(Obstacle::Unreachable));
    page.wait_for_another_socket();
    assert_eq!(page.client.status(), joining(Obstacle::Origin));
    page.wait_for_another_socket();
    assert_eq!(page.client.status(), joining(Obstacle::Unreachable));
}

#[test]
fn a_connection_that_the_browser_would_not_make_is_said_to_be_so_and_tried_again() {
    let mut page = Page::open();
    let link = opened(&page.hear_joined(0, vec![ada(), ben()]))[0];
    page.feed(Input::Connection(link, ConnectionEvent::Unmade));
    let link_to_ben = |page: &Page| page.client.link(&ben().id);
    assert_eq!(link_to_ben(&page), LinkState::Unmade);
    let again = loop {
        page.now = page.client.poll_timeout().unwrap().as_millis() - 1;
        if let [again] = opened(&page.feed(Input::Tick))[..] {
            break again;
        }
    };
    page.feed(Input::Connection(
        again,
        ConnectionEvent::Transport(TransportState::Connected),
    ));
    assert_eq!(link_to_ben(&page), LinkState::Connected);
}
