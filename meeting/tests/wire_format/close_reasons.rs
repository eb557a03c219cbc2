//! The table of close codes in `docs/protocol.md` is the one that both ends follow.

use meeting::signaling::{CloseCode, Ending, LeaveReason, Outcome, Reaction, Refusal};

use crate::document::section;

/// The table as it has to stand in the document.
fn table() -> String {
    let mut table = "| code | meaning | again | a page in a call | the participant |\n\
                     |---|---|---|---|---|\n"
        .to_owned();
    for code in CloseCode::ALL {
        let reason = code.reason();
        let cells = [
            code.as_u16().to_string(),
            reason.meaning.to_owned(),
            again(reason.reaction).to_owned(),
            in_a_call(reason.reaction).to_owned(),
            participant(code, reason.outcome).to_owned(),
        ];
        table.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    table
}

fn again(reaction: Reaction) -> &'static str {
    match reaction {
        Reaction::Again => "yes",
        Reaction::AgainAnew => "yes, with a new token of its own making",
        Reaction::Refused(_) | Reaction::Over(_) => "no",
    }
}

fn in_a_call(reaction: Reaction) -> &'static str {
    match reaction {
        Reaction::Again | Reaction::AgainAnew => "goes on",
        Reaction::Refused(Refusal::Full) => "goes on while somebody is connected; seat taken",
        Reaction::Refused(Refusal::Outdated) => "goes on while somebody is connected; reload",
        Reaction::Refused(Refusal::Misunderstood) => "goes on while somebody is connected",
        Reaction::Over(Ending::Left) => "ends",
        Reaction::Over(Ending::Replaced) => "ends: it is used elsewhere",
        Reaction::Over(Ending::Removed) => "ends: removed",
        Reaction::Over(Ending::Refused(_)) => "ends: refused",
    }
}

fn participant(code: CloseCode, outcome: Outcome) -> &'static str {
    match (code, outcome) {
        (_, Outcome::Leaves(LeaveReason::Left)) => "has `left`",
        (_, Outcome::Leaves(LeaveReason::Lost)) => "is `lost` at once",
        (_, Outcome::Leaves(LeaveReason::Removed)) | (CloseCode::Removed, Outcome::Settled) => {
            "was `removed`"
        }
        (CloseCode::Replaced, Outcome::Settled) => "is on the other socket",
        (_, Outcome::Settled) => "had no seat on this socket",
        (_, Outcome::MayComeBack) => "has the grace period to come back",
        (_, Outcome::MayReload) => "of a page has 2.5 seconds, of a server the grace period",
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
