//! A room, from the pre-join page to the page of its end, all under one address.

pub(crate) mod call;
pub(crate) mod ended;
mod lobby;

use leptos::either::EitherOf3;
use leptos::prelude::*;
use meeting::id::RoomId;
use rtc::view::{CallState, Ending};

use self::lobby::Lobby;
use crate::call::Call;
use crate::call::toasts::Toasts;
use crate::components::title::Title;
use crate::components::toast::Toaster;
use crate::messages::messages;

/// A room, for one visit after the other.
#[component]
pub(crate) fn Room(room: RoomId) -> impl IntoView {
    let visit = RwSignal::new(0_u32);
    move || {
        visit.track();
        view! { <Meeting room=room.clone() visit/> }
    }
}

/// Which of the three pages is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RoomPage {
    Before,
    In,
    After(Ending),
}

impl From<CallState> for RoomPage {
    fn from(state: CallState) -> Self {
        match state {
            CallState::Lobby | CallState::Loading(_) | CallState::Joining(_) => Self::Before,
            CallState::InCall(_) => Self::In,
            CallState::Ended(ending) => Self::After(ending),
        }
    }
}

/// One visit to a room. A new visit begins with a new call.
#[component]
fn Meeting(room: RoomId, visit: RwSignal<u32>) -> impl IntoView {
    let toasts = Toasts::new();
    provide_context(toasts);
    let call = Call::open(room.clone(), toasts);
    let title = Signal::derive(move || [room.as_str(), " · ", messages().product].concat());
    let page = call.part(|view| RoomPage::from(view.state));
    view! {
        <Title text=title/>
        {move || match page.get() {
            RoomPage::Before => EitherOf3::A(view! { <Lobby call/> }),
            RoomPage::In => EitherOf3::B(call.page()),
            RoomPage::After(ending) => EitherOf3::C(call.after(ending, visit)),
        }}
        <Toaster toasts/>
    }
}
