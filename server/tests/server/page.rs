//! What the server answers to plain requests, and whom it gives a socket.

use crate::support::{Answer, Http, Rooms, Server};

async fn server() -> Server {
    Server::start(&Rooms::in_memory()).await
}

async fn public_server() -> Server {
    Server::start_with(&Rooms::in_memory(), |settings| {
        settings.origins.public = "https://meet.example.org".parse().ok();
    })
    .await
}

async fn get(server: &Server, path: &str) -> Answer {
    Http::get(server, path).send().await
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect_people() {
    let server = server().await;
    for path in [
        "/",
        "/abc-defg-hij",
        "/no/such/page",
        "/pkg/rotunda.wasm",
        "/no-such-file.js",
        "/robots.txt",
        "/healthz",
        "/readyz",
        "/ws",
    ] {
        let answer = get(&server, path).await;
        for (name, value) in [
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            (
                "permissions-policy",
                "autoplay=(self), camera=(self), display-capture=(self), fullscreen=(self), \
                 microphone=(self), picture-in-picture=(self), screen-wake-lock=(self), \
                 geolocation=(), payment=(), usb=()",
            ),
        ] {
            assert_eq!(answer.header(name), Some(value), "{name} of {path}");
        }
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert_eq!(answer.header("strict-transport-security"), None, "{path}");
    }
}

#[tokio::test]
async fn behind_tls_browsers_are_told_to_stay_there() {
    let server = public_server().await;
    for path in ["/", "/healthz", "/robots.txt"] {
        let answer = get(&server, path).await;
        assert_eq!(
            answer.header("strict-transport-security"),
            Some("max-age=15768000"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_page_may_run_its_own_scripts_and_nothing_else() {
    let server = server().await;
    let mut nonces = vec![];
    for path in ["/", "/abc-defg-hij", "/no/such/page"] {
        let answer = get(&server, path).await;
        let policy = answer.header("content-security-policy").unwrap().to_owned();
        let (_, rest) = policy.split_once("'nonce-").unwrap();
        let (nonce, _) = rest.split_once('\'').unwrap();
        assert_eq!(
            policy.replace(nonce, "NONCE"),
            "default-src 'none'; script-src 'self' 'nonce-NONCE' 'wasm-unsafe-eval'; \
             style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; \
             font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; \
             form-action 'self'; frame-ancestors 'none'"
        );
        assert!(
            answer.text().contains(&format!("nonce=\"{nonce}\"")),
            "{}",
            answer.text()
        );
        nonces.push(nonce.to_owned());
    }
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), 3, "a nonce was used twice");
}

#[tokio::test]
async fn pages_exist_and_others_do_not() {
    let server = server().await;
    for (path, status) in [
        ("/", 200),
        ("/abc-defg-hij", 200),
        ("/abc-defg-hij?from=mail", 200),
        ("/no/such/page", 404),
        ("/ab", 404),
        ("/ab/", 404),
        ("/no+such+room", 404),
        ("//", 404),
        ("/no-such-file.js", 404),
        ("/pkg", 200),
        ("/../../etc/passwd", 404),
        ("/pkg/..%2f..%2fetc/passwd", 404),
    ] {
        assert_eq!(get(&server, path).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn a_link_leads_to_the_room_whatever_it_caught_from_the_sentence_around_it() {
    let server = server().await;
    for (path, room) in [
        ("/abc-defg-hij/", "/abc-defg-hij"),
        ("/abc-defg-hij/?from=mail", "/abc-defg-hij?from=mail"),
        ("/ABC-defg-hij", "/abc-defg-hij"),
        ("/abc%2Ddefg-hij", "/abc-defg-hij"),
        ("/abc-defg-hij.", "/abc-defg-hij"),
        ("/abc-defg-hij...", "/abc-defg-hij"),
        ("/abc-defg-hij).", "/abc-defg-hij"),
        ("/abc-defg-hij/.", "/abc-defg-hij"),
        ("/abc-defg-hij,", "/abc-defg-hij"),
        ("/abc-defg-hij!%3F", "/abc-defg-hij"),
        ("/abc-defg-hij;", "/abc-defg-hij"),
        ("/abc-defg-hij:", "/abc-defg-hij"),
        ("/abc-defg-hij'", "/abc-defg-hij"),
        ("/abc-defg-hij%22", "/abc-defg-hij"),
        ("/abc-defg-hij%3E", "/abc-defg-hij"),
        ("/abc-defg-hij%E3%80%82", "/abc-defg-hij"),
    ] {
        for request in [Http::get(&server, path), Http::get(&server, path).head()] {
            let answer = request.send().await;
            assert_eq!(
                (answer.status, answer.header("location")),
                (308, Some(room)),
                "{path}"
            );
            assert!(answer.header("content-security-policy").is_some());
        }
    }
    for path in [
        "/abc-defg-hij",
        "/abc-defg-hij//",
        "//example.org/",
        "/%2Fexample.org/",
        "/readyz/",
        "/HEALTHZ",
        "/ab/",
        "/ab.",
    ] {
        assert_eq!(get(&server, path).await.header("location"), None, "{path}");
    }
}

fn heading(page: &str) -> &str {
    let (_, rest) = page.split_once("<h1").unwrap();
    let (heading, _) = rest.split_once("</h1>").unwrap();
    let texts = heading.split('>').filter_map(|it| it.split('<').next());
    // The first are the attributes.
    texts.skip(1).find(|text| !text.is_empty()).unwrap()
}

#[tokio::test]
async fn a_page_is_in_the_language_that_the_browser_asks_for() {
    let server = server().await;
    for (asked, tag, title) in [
        (
            "zh-CN,zh;q=0.9,en;q=0.8",
            "zh-Hans",
            "在你自己的会议室，随时开会",
        ),
        ("zh-TW", "zh-Hans", "在你自己的会议室，随时开会"),
        ("en-GB,zh;q=0.5", "en", "Meet, in a room of your own"),
        ("fr", "en", "Meet, in a room of your own"),
    ] {
        let page = Http::get(&server, "/").header("accept-language", asked);
        let page = page.send().await;
        let text = page.text();
        assert!(
            text.contains(&format!("<html lang=\"{tag}\" dir=\"ltr\">")),
            "{asked}: {text}"
        );
        assert_eq!(heading(&text), title, "{asked}");
        assert!(page.lists("vary", "accept-language"), "{asked}");
        // What the browser needs at once, it is told at once.
        let asks_for_texts = text.contains("href=\"/languages/zh-Hans.json\"");
        assert_eq!(asks_for_texts, tag == "zh-Hans", "{asked}");
    }
    let lost = Http::get(&server, "/no/such/page").header("accept-language", "zh");
    assert_eq!(heading(&lost.send().await.text()), "页面不存在");
}

#[tokio::test]
async fn the_texts_of_each_language_can_be_fetched() {
    let server = server().await;
    for (path, join) in [
        ("/languages/en.json", "\"join\":\"Join\""),
        ("/languages/zh-Hans.json", "\"join\":\"加入\""),
    ] {
        let texts = get(&server, path).await;
        assert_eq!(texts.status, 200, "{path}");
        assert_eq!(texts.header("content-type"), Some("application/json"));
        assert_eq!(texts.header("cache-control"), Some("public, max-age=300"));
        assert!(texts.text().contains(join), "{path}: {}", texts.text());
    }
    assert_eq!(get(&server, "/languages/xx.json").await.status, 404);
}

#[tokio::test]
async fn what_is_not_there_gets_the_page_that_says_so() {
    let server = server().await;
    let long = format!("/{}", "a".repeat(10_000));
    let long_file = format!("{long}.js");
    for path in [
        "/no/such/page",
        "/ab",
        "/no-such-file.js",
        "/pkg/no-such.wasm",
        "/.well-known/nothing.txt",
        "/.",
        "/ab.",
        "//",
        "//a.b",
        "/abc//def.",
        "/a.b/c",
        "/%ff",
        "/%ff.js",
        "/abc-defg-hij%ff",
        "/abc-defg%252Dhij",
        "/%",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/%00.js",
        "/HEALTHZ",
        &long,
        &long_file,
    ] {
        let answer = get(&server, path).await;
        assert_eq!(answer.status, 404, "{path}");
        let text = answer.text();
        let headings = ["There is nothing here", "This is not a room"];
        // The router takes `/.` for `/`, as every browser does before it asks.
        let is_said = path == "/." || headings.contains(&heading(&text));
        assert!(is_said, "{path}: {text}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("'nonce-"), "{path}: {policy}");
        assert_eq!(answer.header("cache-control"), Some("no-cache"), "{path}");
        let head = Http::get(&server, path).head().send().await;
        assert_eq!((head.status, head.body.len()), (404, 0), "{path}");
    }
}

#[tokio::test]
async fn a_page_is_asked_for_each_time_and_a_file_with_a_hash_never_again() {
    let server = server().await;
    for (path, lifetime) in [
        ("/", Some("no-cache")),
        ("/abc-defg-hij", Some("no-cache")),
        ("/no/such/page", Some("no-cache")),
        (
            "/pkg/rotunda.0123456789abcdefghijkl.js",
            Some("public, max-age=31536000, immutable"),
        ),
        ("/pkg/rotunda.wasm", Some("public, max-age=300")),
        ("/robots.txt", Some("public, max-age=300")),
        ("/no-such-file.js", Some("no-cache")),
    ] {
        assert_eq!(
            get(&server, path).await.header("cache-control"),
            lifetime,
            "{path}"
        );
    }
}

#[tokio::test]
async fn files_and_pages_travel_compressed() {
    let server = server().await;
    let file = "/pkg/rotunda.0123456789abcdefghijkl.js";
    for (accepted, encoding, body) in [
        ("br, gzip", Some("br"), "(brotli)"),
        ("gzip", Some("gzip"), "(gzip)"),
        ("identity", None, "export default 1;"),
    ] {
        let answer = Http::get(&server, file)
            .header("accept-encoding", accepted)
            .send()
            .await;
        assert_eq!(answer.header("content-encoding"), encoding, "{accepted}");
        assert_eq!(answer.text(), body, "{accepted}");
        assert_eq!(answer.header("content-type"), Some("text/javascript"));
    }
    for encoding in ["br", "gzip"] {
        let page = Http::get(&server, "/")
            .header("accept-encoding", encoding)
            .send()
            .await;
        assert_eq!(page.header("content-encoding"), Some(encoding));
    }
    let wasm = get(&server, "/pkg/rotunda.wasm").await;
    assert_eq!(wasm.header("content-type"), Some("application/wasm"));
}

#[tokio::test]
async fn a_load_balancer_learns_whether_the_server_lives_and_is_of_use() {
    let server = server().await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(get(&server, path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_server_without_its_redis_lives_but_is_of_no_use() {
    let mut rooms = Rooms::in_redis();
    let server = Server::start(&rooms).await;
    assert_eq!(get(&server, "/readyz").await.status, 200);
    rooms.lose_redis();
    assert_eq!(get(&server, "/healthz").await.status, 200);
    assert_eq!(get(&server, "/readyz").await.status, 503);
}

/// Who asks, under which name for the server, and what they get.
async fn socket(server: &Server, origin: Option<&str>, host: &str) -> u16 {
    let mut request = Http::get(server, "/ws")
        .upgrade()
        .header("sec-websocket-protocol", "rotunda.v1")
        .header("host", host);
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    request.send().await.status
}

#[tokio::test]
async fn without_a_public_url_pages_of_the_host_itself_get_a_socket() {
    let server = Server::start_with(&Rooms::in_memory(), |settings| {
        settings.origins.allowed = vec!["https://intranet.example.org".parse().unwrap()];
    })
    .await;
    for (origin, host, status) in [
        (None, "127.0.0.1:3000", 101),
        (Some("http://127.0.0.1:3000"), "127.0.0.1:3000", 101),
        (Some("https://meet.example.org"), "meet.example.org", 101),
        (
            Some("https://MEET.example.org"),
            "meet.EXAMPLE.org:443",
            101,
        ),
        (Some("http://[::1]:3000"), "[::1]:3000", 101),
        (
            Some("https://intranet.example.org"),
            "meet.example.org",
            101,
        ),
        (Some("http://127.0.0.1:3001"), "127.0.0.1:3000", 403),
        (Some("http://localhost:3000"), "127.0.0.1:3000", 403),
        (Some("https://evil.example"), "meet.example.org", 403),
        (
            Some("https://meet.example.org.evil.example"),
            "meet.example.org",
            403,
        ),
        (
            Some("https://meet.example.org@evil.example"),
            "meet.example.org",
            403,
        ),
        (Some("null"), "meet.example.org", 403),
        (Some(""), "meet.example.org", 403),
        (Some("file://"), "meet.example.org", 403),
        (Some("http://intranet.example.org"), "meet.example.org", 403),
    ] {
        assert_eq!(
            socket(&server, origin, host).await,
            status,
            "{origin:?} at {host}"
        );
    }
}

#[tokio::test]
async fn with_a_public_url_only_its_pages_get_a_socket() {
    let server = public_server().await;
    for (origin, host, status) in [
        (None, "meet.example.org", 101),
        (Some("https://meet.example.org"), "meet.example.org", 101),
        (Some("https://meet.example.org:443"), "10.0.0.7:3000", 101),
        (Some("http://meet.example.org"), "meet.example.org", 403),
        (
            Some("https://meet.example.org:8443"),
            "meet.example.org:8443",
            403,
        ),
        (
            Some("http://rebound.example:3000"),
            "rebound.example:3000",
            403,
        ),
    ] {
        assert_eq!(
            socket(&server, origin, host).await,
            status,
            "{origin:?} at {host}"
        );
    }
}

#[tokio::test]
async fn two_origins_in_one_request_are_none() {
    let server = public_server().await;
    let answer = Http::get(&server, "/ws")
        .upgrade()
        .header("sec-websocket-protocol", "rotunda.v1")
        .header("origin", "https://meet.example.org")
        .header("origin", "https://evil.example")
        .send()
        .await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn a_socket_speaks_our_protocol_or_does_not_open() {
    let server = server().await;
    let ask = |protocols: &str| {
        let request = Http::get(&server, "/ws").upgrade();
        request.header("sec-websocket-protocol", protocols).send()
    };
    let answer = ask("chat, rotunda.v1").await;
    assert_eq!(answer.status, 101);
    assert_eq!(answer.header("sec-websocket-protocol"), Some("rotunda.v1"));
    assert_eq!(ask("rotunda.v2").await.status, 400);
    assert_eq!(Http::get(&server, "/ws").upgrade().send().await.status, 400);
    let no_upgrade = Http::get(&server, "/ws").header("sec-websocket-protocol", "rotunda.v1");
    assert_eq!(no_upgrade.send().await.status, 400);
}
