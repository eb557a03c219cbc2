//! The pages.

#![expect(
    unreachable_pub,
    reason = "the properties that #[component] generates are public, whatever the component is"
)]

pub(crate) mod home;
pub(crate) mod not_found;
pub(crate) mod room;

use leptos::either::EitherOf4;
use leptos::prelude::*;
use meeting::id::RoomId;

use self::not_found::{InvalidRoom, NotFound};
use self::room::Room;
use crate::parts::HomePart;

/// A page, with what it takes to show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    /// The first page.
    Home(HomePart),
    /// A room.
    Room(RoomId),
    /// Says that no room can have this name.
    InvalidRoom,
    /// Says that nothing is there.
    NotFound,
}

impl Page {
    /// Shows it.
    pub(crate) fn view(self) -> impl IntoView {
        match self {
            Self::Home(part) => EitherOf4::A(part.view()),
            Self::Room(room) => EitherOf4::B(view! { <Room room/> }),
            Self::InvalidRoom => EitherOf4::C(view! { <InvalidRoom/> }),
            Self::NotFound => EitherOf4::D(view! { <NotFound/> }),
        }
    }
}
