//! What the program logs.

use std::collections::BTreeSet;

use crate::program::Running;
use crate::support::client::{Client, join_message};
use crate::support::{Http, RedisServer, site};

#[tokio::test]
async fn its_log_names_nobody() {
    let site = site();
    let site = site.path().to_str().unwrap();
    let running = Running::start(&["--site-root", site, "--log", "info,server=trace"]).await;
    let mut ada = Client::connect_to(running.address()).await;
    ada.enter("canary-room", "Canary Name", None).await;
    let token = ada.joined().token.to_string();
    let id = ada.id().clone();
    ada.signal(&id, "canary payload").await;
    ada.hear().await;
    ada.say(&join_message("canary-again", "Canary Twin", None))
        .await;
    while ada.hears_more().await {}

    let (_, log) = running.stop("-TERM").await;
    assert!(
        log.contains("socket"),
        "there should be something in the log: {log}"
    );
    let log = log.to_lowercase();
    for secret in ["canary", &token.to_lowercase(), id.as_str(), "127.0.0.1"] {
        assert!(!log.contains(secret), "{secret} is in the log: {log}");
    }
}

fn ask_for_socket(running: &Running, origin: &str, host: &str) -> Http {
    Http::to(running.address(), "/ws")
        .upgrade()
        .header("sec-websocket-protocol", "rotunda.v1")
        .header("origin", origin)
        .header("host", host)
}

#[tokio::test]
async fn whoever_is_not_let_in_is_in_the_log_once_with_what_to_do() {
    let site = site();
    let site = site.path().to_str().unwrap();
    let running = Running::start(&["--site-root", site]).await;
    for _ in 0..20 {
        let answer = ask_for_socket(&running, "https://evil.example", "meet.example.org").send();
        let answer = answer.await;
        assert_eq!(answer.status, 403);
        assert!(
            answer.text().contains("--allow-origin"),
            "{}",
            answer.text()
        );
        let older = Http::to(running.address(), "/ws").upgrade();
        let answer = older
            .header("sec-websocket-protocol", "rotunda.v0")
            .send()
            .await;
        assert_eq!(answer.status, 400);
        assert!(answer.text().contains("rotunda.v1"), "{}", answer.text());
        let cut = Http::to(running.address(), "/ws").header("sec-websocket-protocol", "rotunda.v1");
        let answer = cut.send().await;
        assert_eq!(answer.status, 400);
        assert!(answer.text().contains("Upgrade"), "{}", answer.text());
    }
    let (_, log) = running.stop("-TERM").await;
    for hint in ["https://evil.example", "rotunda.v1", "Upgrade"] {
        assert_eq!(log.matches(hint).count(), 1, "{hint}: {log}");
    }
    for setting in ["--public-url", "--allow-origin", "meet.example.org"] {
        assert!(log.contains(setting), "{setting}: {log}");
    }
}

#[tokio::test]
async fn a_proxy_that_hides_the_host_is_in_the_log() {
    let site = site();
    let running = Running::start(&["--site-root", site.path().to_str().unwrap()]).await;
    let answer = ask_for_socket(&running, "https://meet.example.org", "backend:3000").send();
    let text = answer.await.text();
    let (_, log) = running.stop("-TERM").await;
    for hint in [
        "https://meet.example.org",
        "backend:3000",
        "Host",
        "--public-url",
    ] {
        assert!(text.contains(hint), "{hint}: {text}");
        assert!(log.contains(hint), "{hint}: {log}");
    }
}

#[tokio::test]
async fn a_server_that_is_full_says_so_to_everybody_and_once_in_the_log() {
    let site = site();
    let site = site.path().to_str().unwrap();
    let running = Running::start(&["--site-root", site, "--max-connections=1"]).await;
    let only = Client::connect_to(running.address()).await;
    for _ in 0..5 {
        let answer = Http::to(running.address(), "/healthz").send().await;
        assert_eq!(answer.status, 503);
        assert!(answer.text().contains("full"), "{}", answer.text());
    }
    drop(only);
    let (_, log) = running.stop("-TERM").await;
    assert_eq!(log.matches("--max-connections").count(), 1, "{log}");
}

#[tokio::test]
async fn whoever_is_sent_away_for_what_they_said_is_in_the_log_however_many_they_are() {
    let site = site();
    let site = site.path().to_str().unwrap();
    let running = Running::start(&["--site-root", site]).await;
    for name in ["Ada", "Ben", "Cem"] {
        let mut rude = Client::connect_to(running.address()).await;
        rude.enter("abc-defg-hij", name, None).await;
        rude.say_text("rubbish").await;
        while rude.hears_more().await {}
    }
    let (_, log) = running.stop("-TERM").await;
    let said: Vec<_> = log.lines().filter(|it| it.contains("sent away")).collect();
    // The first at once, the others at the end.
    assert_eq!(said.len(), 2, "{log}");
    assert!(said[0].contains("people=1"), "{log}");
    assert!(said[1].contains("people=2"), "{log}");
}

#[tokio::test]
async fn what_a_server_did_is_in_the_log_when_it_stops() {
    let site = site();
    let running = Running::start(&["--site-root", site.path().to_str().unwrap()]).await;
    for room in ["blue", "green"] {
        let mut ada = Client::connect_to(running.address()).await;
        ada.enter(room, "Ada", None).await;
        ada.leave().await;
    }
    let (_, log) = running.stop("-TERM").await;
    let last = log.lines().last().unwrap();
    assert!(last.contains("stopped; counted: joins=2"), "{log}");
}

#[tokio::test]
async fn that_nobody_can_join_is_in_the_log_once_for_each_cause_and_how_many_it_met() {
    let site = site();
    let mut redis = RedisServer::start();
    let (site, url) = (site.path().to_str().unwrap(), redis.url());
    let running = Running::start(&["--site-root", site, "--redis-url", &url]).await;
    redis.kill();
    for _ in 0..5 {
        let mut ada = Client::connect_to(running.address()).await;
        ada.ask_to_join("abc-defg-hij", "Ada", None).await;
        while ada.hears_more().await {}
    }
    let (_, log) = running.stop("-TERM").await;
    let causes = log
        .lines()
        .filter_map(|it| it.split_once("nobody can join"));
    let causes: Vec<_> = causes.map(|(_, cause)| cause).collect();
    let different: BTreeSet<_> = causes.iter().collect();
    assert!(!causes.is_empty(), "{log}");
    assert_eq!(causes.len(), different.len(), "{log}");
    let counted = log.lines().filter(|it| it.contains("not let in"));
    let counted: Vec<_> = counted.collect();
    assert_eq!(counted.len(), 2, "{log}");
    assert!(counted[1].contains("people=4"), "{log}");
}
