//! Ten thousand of everything.

use meeting::client::{Action, Notice};
use meeting::limits;
use meeting::recording::Subject;

use super::attacks::{attacks, in_the_name_of};
use super::kinds::Kind;
use super::people::{Guise, ann};
use super::victim::Victim;

const FLOOD: u64 = 10_000;

/// What a flood made a page do.
#[derive(Debug, Default)]
struct Cost {
    shown: usize,
    told: usize,
    sent: usize,
    negotiated: usize,
    made: usize,
}

/// Sends this, `FLOOD` times within a second.
fn flood(victim: &mut Victim, text: impl Fn(u64) -> String) -> Cost {
    let mut cost = Cost::default();
    for number in 0..FLOOD {
        if number % 10 == 0 {
            victim.waits(1);
        }
        let text = text(number);
        let actions = victim.hears_from_mallory(&text);
        victim.does_nothing_to_the_others(&actions, &text);
        for action in actions {
            match action {
                Action::ShowChat(_) => cost.shown += 1,
                Action::SendChannel(..) | Action::SendSocket(..) => cost.sent += 1,
                Action::Negotiate(..) => cost.negotiated += 1,
                Action::OpenConnection { .. } => cost.made += 1,
                Action::Tell(_) => cost.told += 1,
                _ => {}
            }
        }
    }
    cost
}

fn named_once(victim: &Victim) {
    let quieted = |it: &&Notice| matches!(it, Notice::Quieted(name) if name.as_str() == "Mallory");
    assert_eq!(victim.told.iter().filter(quieted).count(), 1);
}

#[test]
fn whoever_writes_ten_thousand_messages_is_quieted_and_named() {
    let mut victim = Victim::in_a_call(Guise::ItsOwn);
    let before = victim.what_is_known_of_the_others();
    let looked = victim.looked;
    let cost = flood(&mut victim, |number| {
        format!(
            r#"{{"type":"chat","late":false,"message":{{"number":{number},"clock":{number},"at":1,"text":"x"}}}}"#
        )
    });
    assert!(cost.shown <= 100 && cost.told <= 100, "{cost:?}");
    assert!(
        victim.looked - looked <= 100,
        "most cost no look: {}",
        victim.looked
    );
    named_once(&victim);
    assert_eq!(victim.what_is_known_of_the_others(), before);
    victim.still_hears_the_others("a flood");
}

#[test]
fn whoever_passes_on_a_history_without_end_pushes_out_nobodys_messages() {
    let mut victim = Victim::in_a_call(Guise::ItsOwn);
    let before = victim.what_is_known_of_the_others();
    flood(&mut victim, |number| {
        format!(
            r#"{{"type":"history","author":"{number:032x}","instance":"{number:016x}","name":"Gone","message":{{"number":0,"clock":{number},"at":1,"text":"{number}"}}}}"#
        )
    });
    named_once(&victim);
    assert!(victim.messages() <= limits::CHAT_KEPT);
    assert_eq!(victim.what_is_known_of_the_others(), before);
    victim.still_hears_the_others("a flood");
}

/// Each made the page ask everybody for everything, until those who answered were taken for the flood.
#[test]
fn whoever_comes_and_goes_all_the_time_makes_nobody_ask_and_answer_all_the_time() {
    let mut victim = Victim::in_a_call(Guise::ItsOwn);
    let mut asked = 0;
    for round in 0..10 {
        for number in 0..400 {
            victim.hears_history_from_ann(number);
        }
        for _ in 0..10 {
            victim.waits(10);
            let actions = victim.sees_somebody_come_and_go(50 + round);
            let asks = |it: &&Action| matches!(it, Action::SendChannel(_, text) if text.contains(r#""hello""#));
            asked += actions.iter().filter(asks).count();
        }
    }
    assert_eq!(asked, 3, "everybody was asked once");
    let quieted = |it: &Notice| matches!(it, Notice::Quieted(_));
    assert!(
        !victim.told.iter().any(quieted),
        "who repeats what is known sends nothing too much"
    );
    victim.still_hears_the_others("the coming and going");
}

/// A question is short, and the answer may be the whole conversation.
#[test]
fn whoever_asks_ten_thousand_times_is_sent_no_more_than_a_few_conversations() {
    let mut victim = Victim::in_a_call(Guise::ItsOwn);
    for number in 0..2_000 {
        victim.hears_history_from_ann(number);
    }
    let cost = flood(&mut victim, |_| {
        r#"{"type":"hello","have":0,"known":[]}"#.to_owned()
    });
    assert!(cost.sent > 2_000 && cost.sent <= 10_000, "{cost:?}");
    named_once(&victim);
}

#[test]
fn whoever_sends_too_much_of_anything_is_named() {
    let in_anns_name = in_the_name_of(ann().id.as_str(), r#"{"type":"bye"}"#);
    for text in [
        &in_anns_name,
        r#"{"type":"report","sent":{"microphone":true,"camera":true,"screen":true},"received":{"microphone":false,"camera":false,"screen":false}}"#,
        r#"{"type":"from a newer page"}"#,
        "not json",
    ] {
        let mut victim = Victim::in_a_call(Guise::ItsOwn);
        flood(&mut victim, |_| text.to_owned());
        named_once(&victim);
        victim.still_hears_the_others(text);
    }
}

#[test]
fn a_flood_of_any_kind_is_cheap_and_changes_nothing_of_anybody_else() {
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Bye) {
        let texts = attacks(kind);
        let mut victim = Victim::in_a_call(Guise::Anns);
        let before = victim.what_is_known_of_the_others();
        let count = texts.len() as u64;
        let cost = flood(&mut victim, |number| {
            texts[usize::try_from(number % count).unwrap()].clone()
        });
        // One in a hundred, or what was asked for at the beginning.
        assert!(cost.told <= 120 && cost.made <= 11, "{kind:?}: {cost:?}");
        assert!(cost.negotiated <= 500, "{kind:?}: {cost:?}");
        assert!(cost.sent <= 5_000, "{kind:?}: {cost:?}");
        assert_eq!(victim.what_is_known_of_the_others(), before, "{kind:?}");
        victim.still_hears_the_others(&format!("a flood of {kind:?}"));
    }
}

#[test]
fn a_hand_that_is_raised_a_thousand_times_is_told_a_few_times() {
    let mut victim = Victim::in_a_call(Guise::ItsOwn);
    let cost = flood(&mut victim, |number| {
        let raised = if number % 2 == 0 {
            r#","raised":1"#
        } else {
            ""
        };
        format!(r#"{{"type":"hand"{raised}}}"#)
    });
    assert!(cost.told <= 10, "{cost:?}");
}

#[test]
fn whoever_claps_ten_thousand_times_is_named_and_no_longer_seen_to_clap() {
    let mut victim = Victim::in_a_call(Guise::ItsOwn);
    let text = r#"{"type":"reaction","reaction":"clapping"}"#;
    let cost = flood(&mut victim, |_| text.to_owned());
    assert!(cost.told <= 15, "{cost:?}");
    named_once(&victim);
    victim.still_hears_the_others("clapping");
}

#[test]
fn a_screen_that_is_shared_a_thousand_times_is_told_a_few_times() {
    let mut victim = Victim::in_a_call(Guise::ItsOwn);
    let cost = flood(&mut victim, |number| {
        let screen = number % 2 == 0;
        format!(r#"{{"type":"media","microphone":true,"camera":true,"screen":{screen}}}"#)
    });
    assert!(cost.told <= 10, "{cost:?}");
}

#[test]
fn whoever_starts_and_stops_recording_all_the_time_is_told_of_now_and_then_and_in_the_end() {
    let start = r#"{"type":"recording","subject":"meeting"}"#;
    let stop = r#"{"type":"recording"}"#;
    for last in [start, stop] {
        let mut victim = Victim::in_a_call(Guise::ItsOwn);
        for _ in 0..600 {
            for text in [start, stop, last] {
                victim.hears_from_mallory(text);
                victim.waits(10);
            }
        }
        victim.sits_still(3_000);
        let (told, shown) = victim.mallorys_recordings();
        assert!(told.len() <= 8, "told {} times in 21 seconds", told.len());
        assert!(told.windows(2).all(|two| two[0] != two[1]), "{told:?}");
        assert_eq!(shown, (last == start).then_some(Subject::Meeting));
        assert_eq!(told.last(), Some(&shown), "what was told last is so");
        victim.still_hears_the_others("a recording that flickers");
    }
}

/// Both draw attention, and whoever has drawn too much by the one could have done the other unnoticed.
#[test]
fn whoever_shares_a_screen_all_the_time_does_not_record_without_a_word() {
    let mut victim = Victim::in_a_call(Guise::ItsOwn);
    for number in 0..1_000 {
        let screen = number % 2 == 0;
        victim.hears_from_mallory(&format!(
            r#"{{"type":"media","microphone":true,"camera":true,"screen":{screen}}}"#
        ));
    }
    victim.hears_from_mallory(r#"{"type":"recording","subject":"whatever comes next"}"#);
    let (told, shown) = victim.mallorys_recordings();
    assert_eq!(told, [Some(Subject::Unknown)]);
    assert_eq!(shown, Some(Subject::Unknown));
}
