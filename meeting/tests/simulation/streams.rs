//! By which way comes what the others send.

use meeting::adaptation::TrackSource;
use meeting::client::ConnectionKey;
use meeting::signaling::{LeaveReason, ServerMessage};

use super::session::{Page, ada, ben, offer_of_ben, opened};

/// What there is to see and hear of Ben, and by which connection, in the order of its transceivers.
fn streams_of_ben(page: &Page) -> Vec<(TrackSource, ConnectionKey)> {
    let mut streams: Vec<_> = page.client.streams().collect();
    streams.sort_by_key(|(_, route)| route.place.index());
    for (stream, route) in &streams {
        assert_eq!(stream.owner, ben().id);
        let found = page.client.route(&stream.owner, stream.source);
        assert_eq!(found, Some(*route));
    }
    let each = streams.into_iter();
    each.map(|(stream, route)| (stream.source, route.connection))
        .collect()
}

#[test]
fn every_source_of_somebody_follows_their_link_from_one_connection_to_the_next() {
    let mut page = Page::open();
    let first = opened(&page.hear_joined(0, vec![ada(), ben()]))[0];
    let all_by = |connection| TrackSource::ALL.map(|source| (source, connection)).to_vec();
    assert_eq!(streams_of_ben(&page), all_by(first));

    let second = opened(&page.hear(1, offer_of_ben(2)))[0];
    assert_ne!(first, second);
    assert_eq!(streams_of_ben(&page), all_by(second));

    let (id, reason) = (ben().id, LeaveReason::Left);
    page.hear(2, ServerMessage::ParticipantLeft { id, reason });
    assert_eq!(streams_of_ben(&page), []);
}
