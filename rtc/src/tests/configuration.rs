//! ICE servers that the browser does not take.

use futures::channel::mpsc::unbounded;
use js_sys::Array;
use meeting::client::ConnectionKey;
use meeting::signaling::{IceServer, IceServers};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::configuration;
use crate::object::get;
use crate::peer_connection::PeerConnection;

fn stun(urls: &[&str]) -> IceServer {
    IceServer {
        urls: urls.iter().map(|&url| url.to_owned()).collect(),
        username: None,
        credential: None,
    }
}

fn turn(urls: &[&str]) -> IceServer {
    IceServer {
        username: Some("somebody".to_owned()),
        credential: Some("secret".to_owned()),
        ..stun(urls)
    }
}

fn list(servers: &[IceServer]) -> IceServers {
    IceServers {
        servers: servers.to_vec(),
        ttl_ms: Some(600_000),
    }
}

#[wasm_bindgen_test]
fn what_the_browser_takes_stays_as_it_is() {
    for good in [
        IceServers::default(),
        list(&[stun(&["stun:a.example"]), turn(&["turn:b.example"])]),
    ] {
        assert_eq!(configuration::usable(good.clone()), good);
    }
}

#[wasm_bindgen_test]
fn a_url_that_the_browser_does_not_take_costs_no_other() {
    let told = list(&[
        stun(&["stun:a.example", "stun:a.example:0", "quic:a.example", ""]),
        // TURN without credentials, a server without a URL, and one of which nothing is left.
        stun(&["turn:b.example"]),
        stun(&[]),
        turn(&["turn:c.example?transport=pigeon"]),
        turn(&["turn:d.example?transport=carrier", "turns:d.example:443"]),
    ]);
    let usable = list(&[stun(&["stun:a.example"]), turn(&["turns:d.example:443"])]);
    assert_eq!(configuration::usable(told), usable);
}

#[wasm_bindgen_test]
fn with_nothing_but_wrong_urls_there_is_a_connection_without_servers() {
    let told = list(&[turn(&["turn:b.example:0"])]);
    let usable = configuration::usable(told);
    assert!(usable.servers.is_empty());
    // Through a relay alone nothing would ever come up.
    let (mailbox, _messages) = unbounded();
    let connection = PeerConnection::new(ConnectionKey::default(), true, &usable, true, mailbox);
    let policy = get(&connection.unwrap().configuration(), "iceTransportPolicy");
    assert_eq!(policy.as_string().as_deref(), Some("all"));
}

#[wasm_bindgen_test]
fn a_connection_takes_a_list_that_comes_later() {
    let (mailbox, _messages) = unbounded();
    let none = IceServers::default();
    let connection = PeerConnection::new(ConnectionKey::default(), true, &none, false, mailbox);
    let later = list(&[turn(&["turn:b.example", "stun:a.example:0"])]);
    let connection = connection.unwrap();
    connection.use_ice_servers(&configuration::usable(later));
    let servers = Array::from(&get(&connection.configuration(), "iceServers"));
    assert_eq!(servers.length(), 1);
    let urls = Array::from(&get(&servers.get(0), "urls"));
    assert_eq!(urls.join(" "), "turn:b.example");
}
