//! What somebody in the room may do with the data channel to their own page, and to nobody else.
//!
//! Mallory sends every message of the conversation with forged, absurd and repeated values, and
//! floods of them; sometimes on a page with the instance id of somebody else. Whatever it is, the
//! page at the other end knows as much of the others as before, and goes on hearing them.
//!
//! A new kind of message does not compile here until it has attacks of its own.

// Says to the linter, too, that all of this is test.
#![cfg(test)]

mod attacks;
mod file_channel;
mod floods;
mod holder;
mod kinds;
#[path = "../support/participant.rs"]
mod participant;
mod people;
mod signals;
mod victim;

use attacks::{attacks, impersonations, in_the_name_of};
use kinds::Kind;
use meeting::client::Action;
use people::{Guise, mallorys_id};
use victim::Victim;

/// How often the same is sent.
const REPEATED: usize = 3;

#[test]
fn no_message_with_forged_or_absurd_values_changes_anything_of_anybody_else() {
    for guise in Guise::ALL {
        for kind in Kind::ALL {
            for text in attacks(kind) {
                let mut victim = Victim::in_a_call(guise);
                let before = victim.what_is_known_of_the_others();
                for _ in 0..REPEATED {
                    let actions = victim.hears_from_mallory(&text);
                    victim.does_nothing_to_the_others(&actions, &text);
                }
                assert_eq!(
                    victim.what_is_known_of_the_others(),
                    before,
                    "{guise:?} {text}"
                );
                victim.still_hears_the_others(&text);
            }
        }
    }
}

#[test]
fn everything_at_once_changes_nothing_of_anybody_else_either() {
    for guise in Guise::ALL {
        let mut victim = Victim::in_a_call(guise);
        let before = victim.what_is_known_of_the_others();
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Bye) {
            for text in attacks(kind) {
                victim.hears_from_mallory(&text);
            }
        }
        for text in attacks(Kind::Bye) {
            victim.hears_from_mallory(&text);
        }
        assert_eq!(victim.what_is_known_of_the_others(), before, "{guise:?}");
        victim.still_hears_the_others("everything");
    }
}

#[test]
fn what_is_said_in_the_name_of_somebody_else_is_left_out_and_the_first_is_reported() {
    for guise in Guise::ALL {
        let mut victim = Victim::in_a_call(guise);
        let before = victim.what_is_known_of_everybody();
        let actions = impersonations()
            .into_iter()
            .flat_map(|text| victim.hears_from_mallory(&text));
        let actions: Vec<_> = actions.collect();
        assert!(matches!(actions[..], [Action::Report(_)]), "{actions:?}");
        assert_eq!(victim.what_is_known_of_everybody(), before, "{guise:?}");
        victim.still_hears_the_others("what was said in their names");
    }
}

#[test]
fn what_somebody_says_in_their_own_name_is_taken() {
    let mut victim = Victim::in_a_call(Guise::ItsOwn);
    let before = victim.what_is_known_of_everybody();
    let media = r#"{"type":"media","microphone":false,"camera":true,"screen":false}"#;
    victim.hears_from_mallory(&in_the_name_of(mallorys_id().as_str(), media));
    assert_ne!(victim.what_is_known_of_everybody(), before);
}

/// It put the other's page among those that are gone, so that all later news of it were ignored.
#[test]
fn the_goodbye_of_a_page_with_the_instance_id_of_somebody_else_is_only_its_own() {
    let mut victim = Victim::in_a_call(Guise::Anns);
    victim.hears_from_mallory(r#"{"type":"bye"}"#);
    victim.loses_sight_of_ann_and_sees_them_again();
    victim.still_hears_the_others("a goodbye");
}
