//! Which tiles a call has, in which order they stand in the document, and what part of the stage
//! each belongs to.

use meeting::id::ParticipantId;
use meeting::layout::Part;
use rtc::CallView;

/// One tile: somebody, or somebody's shared screen.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TileKey {
    /// A person, seen or not.
    Person(ParticipantId),
    /// What a person shares.
    Screen(ParticipantId),
}

/// The tiles of a call in the order of `before`, newcomers last.
///
/// The order never follows the layout, so no tile moves in the document while its video plays.
pub(crate) fn tiles(view: &CallView, before: &[TileKey]) -> Vec<TileKey> {
    let people = view
        .people
        .iter()
        .map(|person| TileKey::Person(person.id.clone()));
    let sharing = view.people.iter().filter(|person| person.screen);
    let screens = sharing.map(|person| TileKey::Screen(person.id.clone()));
    let now: Vec<TileKey> = people.chain(screens).collect();

    let stay = before.iter().filter(|tile| now.contains(tile));
    let come = now.iter().filter(|tile| !before.contains(tile));
    stay.chain(come).cloned().collect()
}

/// Gives each tile its part of the stage.
///
/// What is pinned takes the stage; otherwise the others' screens do; otherwise everybody shares
/// it and oneself stands small in the corner, unless nobody else is there.
pub(crate) fn parts(
    tiles: &[TileKey],
    me: Option<&ParticipantId>,
    pinned: Option<&TileKey>,
) -> Vec<Part> {
    let pinned = pinned.filter(|pinned| tiles.contains(pinned));
    let is_me = |tile: &TileKey| matches!(tile, TileKey::Person(id) if Some(id) == me);
    let takes_stage = |tile: &TileKey| match pinned {
        Some(pinned) => tile == pinned,
        None => matches!(tile, TileKey::Screen(id) if Some(id) != me),
    };
    let spotlight = tiles.iter().any(takes_stage);
    let alone = tiles.iter().all(is_me);
    let part = |tile: &TileKey| match (spotlight, is_me(tile)) {
        (true, _) if takes_stage(tile) => Part::Stage,
        (true, _) => Part::Strip,
        (false, true) if !alone => Part::SelfView,
        (false, _) => Part::Stage,
    };
    tiles.iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::testing::{person, view_of};

    fn keys(view: &CallView) -> Vec<TileKey> {
        tiles(view, &[])
    }

    #[test]
    fn tiles_keep_their_place_in_the_document_when_people_come_and_go() {
        let mut view = view_of(vec![person(1), person(2), person(3)]);
        let first = keys(&view);
        view.people.remove(1);
        view.people.insert(0, person(4));
        let second = tiles(&view, &first);
        let ids: Vec<_> = [1, 3, 4].map(|n| TileKey::Person(person(n).id)).into();
        assert_eq!(second, ids);
    }

    #[test]
    fn alone_one_has_the_stage_for_oneself() {
        let view = view_of(vec![person(1)]);
        assert_eq!(
            parts(&keys(&view), Some(&person(1).id), None),
            [Part::Stage]
        );
    }

    #[test]
    fn with_others_oneself_stands_in_the_corner() {
        let view = view_of(vec![person(1), person(2), person(3)]);
        let parts = parts(&keys(&view), Some(&person(1).id), None);
        assert_eq!(parts, [Part::SelfView, Part::Stage, Part::Stage]);
    }

    #[test]
    fn shared_screens_take_the_stage_side_by_side() {
        let mut view = view_of(vec![person(1), person(2), person(3)]);
        for sharer in &mut view.people[1..] {
            sharer.screen = true;
        }
        let parts = parts(&keys(&view), Some(&person(1).id), None);
        assert_eq!(
            parts,
            [
                Part::Strip,
                Part::Strip,
                Part::Strip,
                Part::Stage,
                Part::Stage
            ]
        );
    }

    #[test]
    fn ones_own_screen_does_not_take_ones_own_stage() {
        let mut view = view_of(vec![person(1), person(2)]);
        view.people[0].screen = true;
        let parts = parts(&keys(&view), Some(&person(1).id), None);
        assert_eq!(parts, [Part::SelfView, Part::Stage, Part::Stage]);
    }

    #[test]
    fn what_is_pinned_takes_the_stage_until_it_is_gone() {
        let mut view = view_of(vec![person(1), person(2), person(3)]);
        view.people[1].screen = true;
        let pinned = TileKey::Person(person(3).id);
        let me = person(1).id;
        let with_pin = parts(&keys(&view), Some(&me), Some(&pinned));
        assert_eq!(
            with_pin,
            [Part::Strip, Part::Strip, Part::Stage, Part::Strip]
        );
        view.people.pop();
        let after = parts(&keys(&view), Some(&me), Some(&pinned));
        assert_eq!(after, [Part::Strip, Part::Strip, Part::Stage]);
    }
}
