//! A room, from the pre-join page to the page of its end, all under one address.

mod call;
mod ended;
mod lobby;

use leptos::either::{Either, EitherOf3};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_matched;
use meeting::id::RoomId;
use rtc::view::{CallState, Ending};

use self::call::InCall;
use self::ended::After;
use self::lobby::Lobby;
use crate::call::Call;
use crate::call::toasts::Toasts;
use crate::components::dead_end::DeadEnd;
use crate::components::text::words;
use crate::components::toast::Toaster;
use crate::messages::messages;

/// What the address asks for.
#[component]
pub(crate) fn Room() -> impl IntoView {
    let path = use_matched();
    // As it stands in the address: the router decodes a parameter more than once, and the server led
    // here from every other spelling of the name.
    let room = Memo::new(move |_| {
        let path = path.read();
        let name = path.strip_prefix('/').unwrap_or(&path);
        name.parse::<RoomId>().ok()
    });
    let visit = RwSignal::new(0_u32);
    move || {
        visit.track();
        match room.get() {
            Some(room) => Either::Left(view! { <Meeting room visit/> }),
            None => Either::Right(view! {
                <Title text=words(|it| it.ended.invalid_room.title)/>
                <DeadEnd texts=|it| &it.ended.invalid_room actions=()/>
            }),
        }
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
            CallState::Lobby | CallState::Joining(_) => Self::Before,
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
    let title = move || [room.as_str(), " · ", messages().product].concat();
    let page = call.part(|view| RoomPage::from(view.state));
    view! {
        <Title text=title/>
        {move || match page.get() {
            RoomPage::Before => EitherOf3::A(view! { <Lobby call/> }),
            RoomPage::In => EitherOf3::B(view! { <InCall call/> }),
            RoomPage::After(ending) => EitherOf3::C(view! { <After ending call visit/> }),
        }}
        <Toaster toasts/>
    }
}
