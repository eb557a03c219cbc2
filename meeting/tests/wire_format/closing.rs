//! The table of close codes in `docs/protocol.md` is the one that both ends follow.

use meeting::signaling::{CloseCode, Ending, Fate, LeaveReason, Refusal, Sequel};

use crate::document::section;

/// The table as it has to stand in the document.
fn table() -> String {
    let mut table = "| code | meaning | again | a page in a call | the participant |\n\
                     |---|---|---|---|---|\n"
        .to_owned();
    for code in CloseCode::ALL {
        let closing = code.closing();
        let cells = [
            code.as_u16().to_string(),
            closing.meaning.to_owned(),
            again(closing.sequel).to_owned(),
            in_a_call(closing.sequel).to_owned(),
            participant(code, closing.fate).to_owned(),
        ];
        table.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    table
}

fn again(sequel: Sequel) -> &'static str {
    match sequel {
        Sequel::Again => "yes",
        Sequel::AgainAnew => "yes, with a new token of its own making",
        Sequel::Refused(_) | Sequel::Over(_) => "no",
    }
}

fn in_a_call(sequel: Sequel) -> &'static str {
    match sequel {
        Sequel::Again | Sequel::AgainAnew => "goes on",
        Sequel::Refused(Refusal::Full) => "goes on while somebody is connected; place taken",
        Sequel::Refused(Refusal::Outdated) => "goes on while somebody is connected; reload",
        Sequel::Refused(Refusal::Misunderstood) => "goes on while somebody is connected",
        Sequel::Over(Ending::Left) => "ends",
        Sequel::Over(Ending::Replaced) => "ends: it is used elsewhere",
        Sequel::Over(Ending::Removed) => "ends: removed",
        Sequel::Over(Ending::Refused(_)) => "ends: refused",
    }
}

fn participant(code: CloseCode, fate: Fate) -> &'static str {
    match (code, fate) {
        (_, Fate::Leaves(LeaveReason::Left)) => "has `left`",
        (_, Fate::Leaves(LeaveReason::Lost)) => "is `lost` at once",
        (_, Fate::Leaves(LeaveReason::Removed)) | (CloseCode::Removed, Fate::Settled) => {
            "was `removed`"
        }
        (CloseCode::Replaced, Fate::Settled) => "is on the other socket",
        (_, Fate::Settled) => "had no place on this socket",
        (_, Fate::MayComeBack) => "has the grace period to come back",
        (_, Fate::MayReload) => "of a page has 2.5 seconds, of a server the grace period",
    }
}

#[test]
fn the_document_prints_the_table_of_close_codes_that_both_ends_follow() {
    let printed = section("Close codes")
        .lines()
        .filter(|line| line.starts_with('|'));
    let printed: String = printed.map(|line| format!("{line}\n")).collect();
    let table = table();
    assert!(
        printed == table,
        "paste this under `## Close codes` in docs/protocol.md:\n\n{table}"
    );
}

#[test]
fn each_close_code_is_in_the_table_once_and_in_order() {
    let numbers = CloseCode::ALL.map(CloseCode::as_u16);
    assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    for code in CloseCode::ALL {
        assert_eq!(CloseCode::from_u16(code.as_u16()), Some(code));
    }
    assert_eq!(CloseCode::from_u16(1006), None);
}
