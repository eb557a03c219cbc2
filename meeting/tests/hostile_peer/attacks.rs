//! Messages that nobody means well with.

use meeting::conversation::Attributed;
use meeting::limits;

use super::kinds::{Kind, kind_of};
use super::people::{ann, ben, mallorys_id, vic, victims_instance, victims_old_instance};
use super::signals::forged_payloads;

/// Numbers at which something might overflow or be taken for another.
const NUMBERS: [u64; 9] = [
    0,
    1,
    limits::CHAT_GAP + 1,
    limits::CHAT_NUMBER,
    limits::CHAT_NUMBER + 1,
    1 << 53,
    u64::MAX - 2,
    u64::MAX - 1,
    u64::MAX,
];

/// Messages of a kind with forged and absurd values, as texts. The first of them is one that means
/// no harm, so that each kind is known to be read at all.
pub(crate) fn attacks(kind: Kind) -> Vec<String> {
    let texts = match kind {
        Kind::Hello => hello(),
        Kind::Media => states("media"),
        Kind::Recording => recordings(),
        Kind::Report => reports(),
        Kind::Chat => chat(),
        Kind::History => history(),
        Kind::Files => files(),
        Kind::Signal => signal(),
        Kind::Received => numbers("received", "have"),
        Kind::Typing => typing(),
        Kind::Hand => hands(),
        Kind::Reaction => reactions(),
        Kind::Bye => vec![r#"{"type":"bye"}"#.to_owned()],
        Kind::ServerIsBack => vec![
            r#"{"type":"server_is_back"}"#.to_owned(),
            r#"{"type":"server_is_back","since":-1}"#.to_owned(),
        ],
        Kind::Unknown => unknown(),
    };
    let first = Attributed::parse(&texts[0]).unwrap();
    assert_eq!(kind_of(&first.message), kind, "{}", texts[0]);
    texts
}

/// Well-meant messages of every kind, each in the name of somebody else.
pub(crate) fn impersonations() -> Vec<String> {
    let nobody = "f".repeat(32);
    let others = [ann().id.into(), ben().id.into(), vic().id.into(), nobody];
    let in_names_of_others = |kind: Kind| {
        let text = attacks(kind).swap_remove(0);
        others.each_ref().map(|id| in_the_name_of(id, &text))
    };
    Kind::ALL.into_iter().flat_map(in_names_of_others).collect()
}

/// A text, as `id` would say it.
pub(crate) fn in_the_name_of(id: &str, text: &str) -> String {
    text.replacen('{', &format!(r#"{{"from":"{id}","#), 1)
}

fn numbers(kind: &str, field: &str) -> Vec<String> {
    let numbers = NUMBERS.map(|number| format!(r#"{{"type":"{kind}","{field}":{number}}}"#));
    let odd = ["-1", "0.5", "null", "[0]"];
    let odd = odd.map(|it| format!(r#"{{"type":"{kind}","{field}":{it}}}"#));
    numbers.into_iter().chain(odd).collect()
}

fn typing() -> Vec<String> {
    let to = [ann().id.into(), vic().id.into(), "f".repeat(32)];
    let to = to.map(|id: String| format!(r#"{{"type":"typing","to":"{id}"}}"#));
    let odd = [
        r#"{"type":"typing","to":7}"#,
        r#"{"type":"typing","to":[]}"#,
    ];
    let all = [r#"{"type":"typing"}"#].into_iter().chain(odd);
    all.map(ToOwned::to_owned).chain(to).collect()
}

fn hands() -> Vec<String> {
    let raised = NUMBERS.map(|at| format!(r#"{{"type":"hand","raised":{at}}}"#));
    let odd = ["-1", "0.5", "1e400", "\"first\"", "[0]", "true"];
    let odd = odd.map(|at| format!(r#"{{"type":"hand","raised":{at}}}"#));
    raised.into_iter().chain(odd).collect()
}

fn reactions() -> Vec<String> {
    [
        r#""party""#,
        r#""rocket""#,
        r#""<img src=x onerror=alert(1)>""#,
        "7",
        "null",
        r#"["heart"]"#,
    ]
    .map(|reaction| format!(r#"{{"type":"reaction","reaction":{reaction}}}"#))
    .into()
}

fn hello() -> Vec<String> {
    let page = |author: &str, instance: &str, have: u64| {
        format!(r#"{{"author":"{author}","instance":"{instance}","have":{have}}}"#)
    };
    let mut texts = vec![r#"{"type":"hello","have":0}"#.to_owned()];
    for number in NUMBERS {
        let known =
            [ann(), ben(), vic()].map(|it| page(it.id.as_str(), it.instance.as_str(), number));
        let known = known.join(",");
        texts.push(format!(
            r#"{{"type":"hello","have":{number},"now":{number},"clock":{number},"known":[{known}]}}"#
        ));
    }
    let many: Vec<_> = (0..500_u64)
        .map(|n| page(&format!("{n:032x}"), &format!("{n:016x}"), n))
        .collect();
    texts.push(format!(
        r#"{{"type":"hello","have":0,"known":[{}]}}"#,
        many.join(",")
    ));
    texts.push(r#"{"type":"hello","have":0,"now":1,"known":[]}"#.to_owned());
    texts
}

fn states(kind: &str) -> Vec<String> {
    let all = (0..8).map(|bits| {
        let on = |bit: u8| bits & bit != 0;
        format!(
            r#"{{"type":"{kind}","microphone":{},"camera":{},"screen":{}}}"#,
            on(1),
            on(2),
            on(4)
        )
    });
    all.collect()
}

fn recordings() -> Vec<String> {
    let long = format!(r#""{}""#, "x".repeat(limits::CONVERSATION_BYTES - 100));
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let subjects = [
        r#""meeting""#,
        r#""sound""#,
        "null",
        r#""unknown""#,
        r#""\u202e the meeting""#,
        "-1",
        "18446744073709551616",
        r#"{"meeting":null}"#,
        r#"{"meeting":"sound"}"#,
        &long,
        &deep,
    ];
    let of = |subject| format!(r#"{{"type":"recording","subject":{subject}}}"#);
    let mut texts: Vec<_> = subjects.into_iter().map(of).collect();
    texts.push(r#"{"type":"recording"}"#.to_owned());
    texts
}

fn reports() -> Vec<String> {
    let state = |bits: u8| {
        let on = |bit: u8| bits & bit != 0;
        let (microphone, camera, screen) = (on(1), on(2), on(4));
        format!(r#"{{"microphone":{microphone},"camera":{camera},"screen":{screen}}}"#)
    };
    let all = (0..64).map(|bits: u8| {
        let (sent, received) = (state(bits & 7), state(bits >> 3));
        format!(r#"{{"type":"report","sent":{sent},"received":{received}}}"#)
    });
    all.collect()
}

/// A chat message as JSON.
fn message(number: u64, clock: u64, at: u64, text: &str) -> String {
    let text = serde_json::to_string(text).unwrap();
    format!(r#"{{"number":{number},"clock":{clock},"at":{at},"text":{text}}}"#)
}

fn written() -> Vec<String> {
    let mut messages = vec![message(0, 1, 1, "hello")];
    for number in NUMBERS {
        messages.push(message(number, 1, 1, "an absurd number"));
        messages.push(message(0, number, 1, "an absurd clock"));
        messages.push(message(0, 1, number, "an absurd time"));
        messages.push(message(number, number, number, "absurd altogether"));
    }
    for text in ["", " \n", "\u{3164}", "\u{202e}\u{2066}", "\u{0}\u{7f}"] {
        messages.push(message(0, 1, 1, text));
    }
    for (name, size) in [
        ("../../etc/passwd", 1),
        ("C:\\\\con", u64::MAX),
        ("\\u202egpj.exe", 1 << 40),
        ("", 0),
    ] {
        let file = format!(
            r#""file":{{"id":"{}","size":{size},"name":"{name}"}}"#,
            "7".repeat(64)
        );
        let message = message(0, 1, 1, "a file");
        messages.push(message.replacen('{', &format!("{{{file},"), 1));
    }
    messages.extend(relations());
    messages.push(message(0, 1, 1, &"W".repeat(limits::CHAT_BYTES)));
    messages.push(message(0, 1, 1, &"W".repeat(limits::CHAT_BYTES + 1)));
    messages
}

/// Messages that want to change what Ann and others wrote, or that are for others.
fn relations() -> Vec<String> {
    let of = |author: &str, instance: &str, number: &str| {
        format!(r#"{{"author":"{author}","instance":"{instance}","number":{number}}}"#)
    };
    let anns = of(ann().id.as_str(), ann().instance.as_str(), "0");
    let nobodys = of(&"f".repeat(32), &"f".repeat(16), "18446744073709551615");
    let mut fields = Vec::new();
    for of in [anns.as_str(), nobodys.as_str(), "7", "null"] {
        for kind in ["reply", "edit", "deletion", "reaction", "from a newer page"] {
            fields.push(format!(r#""relation":{{"kind":"{kind}","of":{of}}}"#));
        }
        let reaction = format!(r#""kind":"reaction","of":{of},"reaction":"heart""#);
        fields.push(format!(r#""relation":{{{reaction}}}"#));
    }
    fields.push(r#""relation":"edit""#.to_owned());
    for to in [ann().id.into(), vic().id.into(), "f".repeat(32)] {
        let to: String = to;
        fields.push(format!(r#""to":"{to}""#));
    }
    fields.push(r#""to":[7]"#.to_owned());
    let with =
        |field: &String| message(0, 1, 1, "changed").replacen('{', &format!("{{{field},"), 1);
    fields.iter().map(with).collect()
}

fn chat() -> Vec<String> {
    let of = |message: &String| {
        [false, true].map(|late| format!(r#"{{"type":"chat","late":{late},"message":{message}}}"#))
    };
    written().iter().flat_map(of).collect()
}

fn history() -> Vec<String> {
    let pages = [
        // Of nobody who is there; then of pages that can speak for themselves.
        ("f".repeat(32), "f".repeat(16), "Gone"),
        (ann().id.into(), ann().instance.into(), "Ann"),
        (ben().id.into(), ben().instance.into(), "Ben"),
        (vic().id.into(), victims_instance().into(), "Vic"),
        // Of those who are there, on loads of the page that nobody has seen.
        (ann().id.into(), "e".repeat(16), "Ann"),
        (vic().id.into(), victims_old_instance().into(), "Vic"),
        // Of their own, under the name of somebody else.
        (mallorys_id().into(), "d".repeat(16), "Ann"),
    ];
    let of = |(author, instance, name): &(String, String, &str)| {
        let head = format!(r#""author":"{author}","instance":"{instance}","name":"{name}""#);
        let text = |it: String| format!(r#"{{"type":"history",{head},"message":{it}}}"#);
        written().into_iter().map(text).collect::<Vec<_>>()
    };
    pages.iter().flat_map(of).collect()
}

fn files() -> Vec<String> {
    let of = |ids: &[String]| {
        let ids: Vec<_> = ids.iter().map(|id| format!("\"{id}\"")).collect();
        format!(r#"{{"type":"files","have":[{}]}}"#, ids.join(","))
    };
    let ids = |count: u64| (0..count).map(|n| format!("{n:064x}")).collect::<Vec<_>>();
    let mut texts = vec![of(&[])];
    texts.extend([1, 2, 255, 256, 257, 900].map(|count| of(&ids(count))));
    texts.extend(["", "0", "../../etc/passwd", &"F".repeat(64)].map(|id| of(&[id.to_owned()])));
    texts.push(r#"{"type":"files","have":{"all":true}}"#.to_owned());
    texts
}

fn signal() -> Vec<String> {
    let of = |payload: String| {
        let payload = serde_json::to_string(&payload).unwrap();
        format!(r#"{{"type":"signal","payload":{payload}}}"#)
    };
    forged_payloads().into_iter().map(of).collect()
}

fn unknown() -> Vec<String> {
    let long = "x".repeat(limits::CONVERSATION_BYTES);
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let texts = [
        r#"{"type":"from a newer page","with":[1,2,3]}"#,
        "",
        "null",
        "{}",
        "not json",
        r#"{"type":"bye","type":"bye"}"#,
        r#"{"type":null}"#,
        r#"{"type":"chat"}"#,
        r#"{"type":"media","microphone":"yes"}"#,
        &long,
        &deep,
    ];
    texts.map(str::to_owned).to_vec()
}
