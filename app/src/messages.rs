//! Every text people see, in one catalogue. A language is one value of [`Messages`], so the
//! compiler says what a translation lacks. `docs/decisions/0003-message-catalogue.md` says why it
//! is made this way, and `docs/decisions/0023-languages-as-files.md` how a page gets one.

#[macro_use]
mod catalogue;
#[cfg(any(feature = "ssr", test))]
mod chinese;
mod english;
mod later;
mod slots;
#[cfg(test)]
#[cfg(feature = "ssr")]
mod tests;

pub(crate) use catalogue::{Catalogue, Reader};
#[cfg(any(feature = "ssr", test))]
pub(crate) use chinese::CHINESE;
pub(crate) use english::ENGLISH;
pub(crate) use later::{InEnglish, Later};
pub(crate) use slots::{Counted, Named, Numbered, Share};

use crate::language;

/// The texts in the language of the page. What reads them in a view, in a memo or in an effect
/// follows when the person chooses another.
pub(crate) fn messages() -> &'static Messages {
    language::spoken(|spoken| spoken.messages)
}

/// Which text of the catalogue, or which part of it.
pub(crate) type Which<T> = fn(&'static Messages) -> &'static T;

catalogue! {

/// All texts, by where they stand.
#[derive(Debug)]
pub(crate) struct Messages {
    /// What it is called everywhere, in the title of the window, too.
    pub(crate) product: &'static str,
    /// What stands between two sentences.
    pub(crate) between: &'static str,
    /// What stands between somebody's name and what they wrote.
    pub(crate) said: &'static str,
    /// What stands in the document around the pages.
    pub(crate) document: DocumentTexts,
    /// The choice of a language.
    pub(crate) languages: LanguageTexts,
    /// The first page.
    pub(crate) home: Home,
    /// The page before a call.
    pub(crate) lobby: Lobby,
    /// Microphone, camera, screen and loudspeaker, wherever they are controlled.
    pub(crate) devices: DeviceTexts,
    /// What went wrong with a device and what to do.
    pub(crate) problems: Problems,
    /// One device in the place of another.
    pub(crate) device_news: DeviceNews,
    /// The bar, the banners and everything else around the tiles.
    pub(crate) call: Later<CallTexts>,
    /// What stands on a tile.
    pub(crate) tile: Later<TileTexts>,
    /// The chat panel.
    pub(crate) chat: Later<ChatTexts>,
    /// The panel with everybody in the room.
    pub(crate) people: Later<PeopleTexts>,
    /// What just happened.
    pub(crate) notices: Notices,
    /// The pages after a call, and the other dead ends.
    pub(crate) ended: Ended,
}

/// The document itself.
#[derive(Debug)]
pub(crate) struct DocumentTexts {
    pub(crate) broken_title: &'static str,
    pub(crate) broken_text: &'static str,
    pub(crate) reload: &'static str,
}

/// The choice of a language.
#[derive(Debug)]
pub(crate) struct LanguageTexts {
    pub(crate) title: &'static str,
    pub(crate) not_loaded: &'static str,
}

/// The first page.
#[derive(Debug)]
pub(crate) struct Home {
    pub(crate) title: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) new_meeting: &'static str,
    pub(crate) code_or_link: &'static str,
    pub(crate) join: &'static str,
    pub(crate) not_a_code: &'static str,
    pub(crate) another_server: &'static str,
    pub(crate) recent: &'static str,
    pub(crate) promise: &'static str,
}

/// What is in the way to the server, and what to do about it.
#[derive(Debug)]
pub(crate) struct Obstacles {
    pub(crate) unreachable: &'static str,
    pub(crate) gateway: &'static str,
    pub(crate) busy: &'static str,
    pub(crate) unavailable: &'static str,
    pub(crate) slow: &'static str,
    pub(crate) sent_away: &'static str,
    pub(crate) origin: &'static str,
    pub(crate) no_sockets: &'static str,
}

/// Who can be seen, heard and written to without the server.
#[derive(Debug)]
pub(crate) struct ReachTexts {
    pub(crate) all: &'static str,
    pub(crate) some: &'static str,
    pub(crate) none: &'static str,
}

/// The page before a call.
#[derive(Debug)]
pub(crate) struct Lobby {
    pub(crate) title: &'static str,
    pub(crate) room: &'static str,
    pub(crate) your_name: &'static str,
    pub(crate) name_missing: &'static str,
    pub(crate) join_now: &'static str,
    pub(crate) join_without_devices: &'static str,
    pub(crate) joining: &'static str,
    /// What makes a call is still being loaded.
    pub(crate) loading: &'static str,
    /// What makes a call could not be loaded.
    pub(crate) not_loaded: &'static str,
    /// What is in the way to the server.
    pub(crate) away: Obstacles,
    pub(crate) no_connections: &'static str,
    pub(crate) preview: &'static str,
    pub(crate) camera_off: &'static str,
    pub(crate) camera_starting: &'static str,
    pub(crate) level: &'static str,
    pub(crate) test_sound: &'static str,
    pub(crate) asking: &'static str,
}

/// Microphone, camera, screen and loudspeaker.
#[derive(Debug)]
pub(crate) struct DeviceTexts {
    pub(crate) microphone: &'static str,
    pub(crate) camera: &'static str,
    pub(crate) speaker: &'static str,
    pub(crate) turn_on_microphone: &'static str,
    pub(crate) turn_off_microphone: &'static str,
    pub(crate) turn_on_camera: &'static str,
    pub(crate) turn_off_camera: &'static str,
    pub(crate) microphone_settings: &'static str,
    pub(crate) camera_settings: &'static str,
    pub(crate) share_screen: &'static str,
    pub(crate) stop_sharing: &'static str,
    pub(crate) browser_default: &'static str,
    pub(crate) unnamed_microphone: Numbered,
    pub(crate) unnamed_camera: Numbered,
    pub(crate) unnamed_speaker: Numbered,
}

/// What went wrong with a device and what to do.
#[derive(Debug)]
pub(crate) struct Problems {
    pub(crate) microphone: CaptureProblems,
    pub(crate) camera: CaptureProblems,
    pub(crate) screen: CaptureProblems,
    pub(crate) insecure_origin: &'static str,
    pub(crate) unsupported_browser: &'static str,
}

/// One sentence or two for each way a device can fail.
#[derive(Debug)]
pub(crate) struct CaptureProblems {
    pub(crate) denied: &'static str,
    pub(crate) dismissed: &'static str,
    pub(crate) denied_by_system: &'static str,
    pub(crate) denied_by_policy: &'static str,
    pub(crate) not_activated: &'static str,
    pub(crate) not_found: &'static str,
    pub(crate) in_use: &'static str,
    pub(crate) overconstrained: &'static str,
    pub(crate) insecure_context: &'static str,
    pub(crate) unsupported: &'static str,
    pub(crate) lost: &'static str,
    pub(crate) other: &'static str,
}

/// One device in the place of another. The names of devices are put in.
#[derive(Debug)]
pub(crate) struct DeviceNews {
    /// A reason follows.
    pub(crate) cannot_be_used: Named,
    pub(crate) stays: Named,
    pub(crate) used_now: Named,
    pub(crate) microphone_lost: &'static str,
    pub(crate) camera_lost: &'static str,
    pub(crate) speaker_lost: &'static str,
    /// A reason follows.
    pub(crate) speaker_failed: &'static str,
    /// The loudspeaker in the place of one that is lost.
    pub(crate) default_now: &'static str,
    /// In the place of a name: what was chosen.
    pub(crate) chosen: &'static str,
    /// In the place of a name: what was in use before.
    pub(crate) former: &'static str,
    /// In the place of a name: what is in use now.
    pub(crate) another: &'static str,
    pub(crate) reasons: DeviceReasons,
}

/// Why a device cannot be used, as the end of a sentence.
#[derive(Debug)]
pub(crate) struct DeviceReasons {
    pub(crate) denied: &'static str,
    pub(crate) denied_by_system: &'static str,
    pub(crate) dismissed: &'static str,
    pub(crate) in_use: &'static str,
    pub(crate) gone: &'static str,
    pub(crate) other: &'static str,
}

/// The call itself.
#[derive(Debug)]
pub(crate) struct CallTexts {
    pub(crate) stage: &'static str,
    pub(crate) controls: &'static str,
    pub(crate) more_options: &'static str,
    pub(crate) leave: &'static str,
    pub(crate) full_screen: &'static str,
    /// The switch of the single letters that do something.
    pub(crate) keyboard_shortcuts: &'static str,
    pub(crate) copy_link: &'static str,
    pub(crate) link_copied: &'static str,
    pub(crate) link_not_copied: &'static str,
    pub(crate) alone_title: &'static str,
    pub(crate) alone_text: &'static str,
    /// Why the server does not know of the call, while the page tries to tell it.
    pub(crate) away: Obstacles,
    pub(crate) outdated: &'static str,
    pub(crate) seat_taken: &'static str,
    pub(crate) misunderstood: &'static str,
    pub(crate) reach: ReachTexts,
    pub(crate) sound_blocked: &'static str,
    pub(crate) play_sound: &'static str,
    pub(crate) close_panel: &'static str,
}

/// The tiles of a call.
#[derive(Debug)]
pub(crate) struct TileTexts {
    pub(crate) you: Named,
    pub(crate) screen: Named,
    pub(crate) pin: Named,
    pub(crate) unpin: Named,
    pub(crate) muted: &'static str,
    pub(crate) connecting: &'static str,
    pub(crate) reconnecting: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) unmade: &'static str,
    pub(crate) away: &'static str,
    pub(crate) your_screen: &'static str,
    pub(crate) heard_by_nobody: &'static str,
    /// How many of how many can hear this person.
    pub(crate) heard_by: Share,
}

/// The texts of the chat panel.
#[derive(Debug)]
pub(crate) struct ChatTexts {
    pub(crate) title: &'static str,
    pub(crate) messages: &'static str,
    pub(crate) field: &'static str,
    pub(crate) send: &'static str,
    pub(crate) empty: &'static str,
    pub(crate) you: &'static str,
    pub(crate) unread: Counted,
    /// Whoever passed a message on.
    pub(crate) passed_on_by: Named,
}

/// The list of people.
#[derive(Debug)]
pub(crate) struct PeopleTexts {
    pub(crate) title: &'static str,
    pub(crate) count: Counted,
    pub(crate) microphone_on: &'static str,
    pub(crate) microphone_off: &'static str,
    pub(crate) camera_on: &'static str,
    pub(crate) camera_off: &'static str,
    pub(crate) sharing: &'static str,
    pub(crate) invite: &'static str,
}

/// What just happened.
#[derive(Debug)]
pub(crate) struct Notices {
    pub(crate) joined: Named,
    pub(crate) left: Named,
    pub(crate) lost: Named,
    pub(crate) removed: Named,
    pub(crate) sharing_started: Named,
    pub(crate) sharing_stopped: Named,
    /// Somebody writes so much that it is left out for a while.
    pub(crate) quieted: Named,
    /// What the person wrote is too long to be sent.
    pub(crate) too_long: &'static str,
}

/// The pages after a call, and the other dead ends.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) left: DeadEnd,
    pub(crate) full: DeadEnd,
    pub(crate) replaced: DeadEnd,
    pub(crate) removed: DeadEnd,
    pub(crate) outdated: DeadEnd,
    pub(crate) misunderstood: DeadEnd,
    pub(crate) not_found: DeadEnd,
    pub(crate) invalid_room: DeadEnd,
    pub(crate) rejoin: &'static str,
    pub(crate) try_again: &'static str,
    pub(crate) use_here: &'static str,
    pub(crate) reload: &'static str,
    pub(crate) home: &'static str,
}

/// A page that says what happened and what can be done.
#[derive(Debug)]
pub(crate) struct DeadEnd {
    pub(crate) title: &'static str,
    pub(crate) text: &'static str,
}

}
