//! The bridge between the actor that owns the call and the views that show it.

pub(crate) mod composing;
pub(crate) mod device_news;
pub(crate) mod face;
pub(crate) mod file_state;
pub(crate) mod keys;
#[cfg(test)]
#[expect(unreachable_pub, reason = "the fuzz targets call it from outside")]
#[path = "../../fuzz/checks/links.rs"]
mod link_checks;
pub(crate) mod links;
pub(crate) mod panel;
pub(crate) mod recent;
pub(crate) mod recordings;
pub(crate) mod sentence;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod tiles;
pub(crate) mod toasts;
pub(crate) mod transcript;
pub(crate) mod wording;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::reactive::send_wrapper_ext::SendOption;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{FileList, HtmlElement};
use meeting::id::{ParticipantId, RoomId};
use meeting::visible::has_visible;
use rtc::view::{
    Absence, Addressee, CallState, CaptureView, ChatEntry, Draft, Facing, Hearing, LocalView,
    PersonView, Reach, ServerLink,
};
use rtc::{CallHandle, CallView, Command, Notice, Update};

use self::composing::{Composing, addressee_of_reply};
use self::panel::Panel;
use self::sentence::Sentence;
use self::toasts::Toasts;
use self::wording::Telling;
use crate::messages::messages;

/// The call of this page. Cheap to copy; dead once the page is left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    view: RwSignal<CallView>,
    /// `None` on the server and until the page is alive.
    handle: StoredValue<SendOption<CallHandle>>,
    /// Whether the browser holds back the others' sound.
    pub(crate) sound_blocked: RwSignal<bool>,
    /// The panel that is open.
    pub(crate) panel: RwSignal<Option<Panel>>,
    /// What is being written and was not sent.
    pub(crate) draft: RwSignal<String>,
    /// What becomes of it.
    pub(crate) composing: RwSignal<Composing>,
    /// The only one it is for; nobody where it is for everyone.
    pub(crate) addressee: RwSignal<Option<Addressee>>,
    /// Whether single letters are shortcuts.
    pub(crate) letter_keys: RwSignal<bool>,
    /// How many messages of others were not seen yet.
    pub(crate) unread: Memo<usize>,
}

impl Call {
    /// Opens a room as soon as the page is alive, and leaves it with the page.
    pub(crate) fn open(room: RoomId, toasts: Toasts) -> Self {
        let view = RwSignal::new(CallView::new(room.clone()));
        let panel = RwSignal::new(None);
        let call = Self {
            view,
            handle: StoredValue::new(SendOption::new_local(None)),
            sound_blocked: RwSignal::new(false),
            panel,
            draft: RwSignal::new(String::new()),
            composing: RwSignal::new(Composing::default()),
            addressee: RwSignal::new(None),
            letter_keys: RwSignal::new(true),
            unread: unread(view, panel),
        };
        Effect::new(move |_| {
            let handle = rtc::open(room.clone(), move |update| call.receive(update, toasts));
            call.handle.set_value(SendOption::new_local(Some(handle)));
        });
        Effect::new(move |_| {
            let (draft, unread) = (call.kept_draft(), call.unread.get());
            call.send(Command::KeepChat { draft, unread });
        });
        Effect::new(move |_| {
            if panel.get() == Some(Panel::Chat) {
                toasts.withdraw_messages();
            }
        });
        on_cleanup(move || call.send(Command::Leave));
        call
    }

    /// Asks the actor for something.
    pub(crate) fn send(self, command: Command) {
        self.with_handle(|handle| handle.send(command));
    }

    /// What comes of the line to the actor; `None` before the page is alive.
    pub(crate) fn with_handle<T>(self, f: impl FnOnce(&CallHandle) -> T) -> Option<T> {
        self.handle
            .try_with_value(|handle| handle.as_ref().map(f))
            .flatten()
    }

    /// The room in the address, which stays the same for the whole visit.
    pub(crate) fn room(self) -> RoomId {
        self.view.with_untracked(|view| view.room.clone())
    }

    /// A part of the state that changes only when it is different.
    pub(crate) fn part<T>(self, part: impl Fn(&CallView) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |_| self.view.with(&part))
    }

    /// A part of the state that needs to know what it was before.
    pub(crate) fn part_after<T>(
        self,
        part: impl Fn(&CallView, Option<&T>) -> T + Send + Sync + 'static,
    ) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |before| self.view.with(|view| part(view, before)))
    }

    /// A part of this person's own devices.
    pub(crate) fn local<T>(self, part: impl Fn(&LocalView) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        self.part(move |view| part(&view.local))
    }

    /// How this person's own picture lies in its frame: as in a mirror, unless the camera looks
    /// at something else.
    pub(crate) fn own_look(self) -> Memo<&'static str> {
        self.local(|local| match local.camera_faces {
            Facing::User => "mirrored",
            Facing::Environment => "face",
        })
    }

    /// Somebody, as long as they are there, and as they were last when they are gone.
    pub(crate) fn person(self, id: ParticipantId) -> Memo<Option<PersonView>> {
        self.part_after(move |view, before: Option<&Option<PersonView>>| {
            let now = view.people.iter().find(|person| person.id == id).cloned();
            now.or_else(|| before.cloned().flatten())
        })
    }

    /// How many of the others can hear this person, in words.
    pub(crate) fn hearing(self, worth_it: fn(&Hearing) -> bool) -> Memo<Option<String>> {
        self.part(move |view| {
            let hearing = view.hearing.filter(worth_it)?;
            let texts = &messages().tile;
            Some(match hearing.heard_by {
                0 => texts.heard_by_nobody.to_owned(),
                heard_by => texts.heard_by.with(heard_by, hearing.others),
            })
        })
    }

    /// Why the server does not know of the call now, and who can be reached without it.
    pub(crate) fn absence(self) -> Memo<Option<(Absence, Reach)>> {
        self.part(|view| match view.state {
            CallState::InCall(ServerLink::Away(absence)) => Some((absence, view.reach())),
            _ => None,
        })
    }

    fn is_in_the_lobby(self) -> bool {
        let state = self.view.try_with_untracked(|view| view.state);
        state == Some(CallState::Lobby)
    }

    /// The microphone as the person wants it, the other way round.
    pub(crate) fn toggle_microphone(self) {
        let on = self
            .view
            .with_untracked(|view| switch(&view.local.microphone));
        self.send(Command::SetMicrophone(on));
    }

    /// The camera as the person wants it, the other way round.
    pub(crate) fn toggle_camera(self) {
        let on = self.view.with_untracked(|view| switch(&view.local.camera));
        self.send(Command::SetCamera(on));
    }

    /// Makes single letters shortcuts, or not; this browser remembers it.
    pub(crate) fn toggle_letter_keys(self) {
        let on = !self.letter_keys.get_untracked();
        self.letter_keys.set(on);
        rtc::storage::set(keys::STORED, if on { "on" } else { keys::OFF });
    }

    /// Begins or stops sharing.
    pub(crate) fn toggle_share(self) {
        let sharing = self.view.with_untracked(|view| is_on(&view.local.screen));
        self.send(if sharing {
            Command::StopSharing
        } else {
            Command::ShareScreen
        });
    }

    /// Who this person is, once they are in the room.
    pub(crate) fn me(self) -> Memo<Option<ParticipantId>> {
        self.part(|view| you(view).map(|you| you.id.clone()))
    }

    /// What is being written and is to be there again after a reload. An edit is begun anew.
    fn kept_draft(self) -> Draft {
        let text = match self.composing.get() {
            Composing::Edit { draft, .. } => draft,
            Composing::Message | Composing::Reply { .. } => self.draft.get(),
        };
        let to = self.addressee.get();
        Draft { text, to }
    }

    /// Begins to answer a message. What is being written for one alone stays for that one.
    pub(crate) fn reply(self, entry: &ChatEntry) {
        let to = addressee_of_reply(entry);
        let is_begun = self.draft.with_untracked(|draft| has_visible(draft));
        if to.is_some() || !is_begun {
            self.addressee.set(to);
        }
        self.compose(Composing::reply(entry));
    }

    /// Begins to write something else, and gives back what was being written before an edit.
    pub(crate) fn compose(self, composing: Composing) {
        if let Composing::Edit { draft, .. } = self.composing.get_untracked() {
            self.draft.set(draft);
        }
        self.composing.set(composing);
    }

    /// Begins to change what a message says.
    pub(crate) fn edit(self, entry: &ChatEntry) {
        self.compose(Composing::Message);
        let draft = self.draft.get_untracked();
        let of = entry.id();
        self.draft.set(entry.text().unwrap_or_default().to_owned());
        self.composing.set(Composing::Edit { of, draft });
    }

    /// Says in the chat what was written.
    pub(crate) fn send_draft(self) {
        let text = self.draft.with_untracked(|draft| draft.trim().to_owned());
        self.draft.set(String::new());
        let composing = self.composing.get_untracked();
        self.compose(Composing::Message);
        let outgoing = composing.outgoing(text, self.addressee.get_untracked());
        self.send(Command::SendChat(outgoing));
    }

    /// Tells whom it is for that something is being written.
    pub(crate) fn say_typing(self) {
        let to = self.addressee.get_untracked().map(|to| to.id);
        self.send(Command::Typing(to));
    }

    /// Whether the only one whom what is written is for is not there any more.
    pub(crate) fn addressee_is_gone(self) -> Memo<bool> {
        self.part(move |view| {
            let is_there = |to: &Addressee| view.people.iter().any(|it| it.id == to.id);
            self.addressee
                .with(|to| to.as_ref().is_some_and(|to| !is_there(to)))
        })
    }

    /// Whether this person's hand is up.
    pub(crate) fn hand(self) -> Memo<bool> {
        self.part(hand_is_up)
    }

    /// The hand of this person, the other way round.
    pub(crate) fn toggle_hand(self) {
        let up = self.view.with_untracked(hand_is_up);
        self.send(Command::SetHand(!up));
    }

    /// Attaches files to the chat, where the person sees how far they are.
    pub(crate) fn attach_files(self, files: &FileList, toasts: Toasts) {
        if self.addressee.with_untracked(Option::is_some) {
            toasts.trouble(Sentence::plain(untrack(messages).files.for_everyone));
        } else if self.view.with_untracked(|view| view.local.support.files) {
            self.with_handle(|handle| handle.attach_files(files));
            self.panel.set(Some(Panel::Chat));
        } else {
            toasts.trouble(Sentence::plain(untrack(messages).files.insecure));
        }
    }

    /// Opens a panel, or closes it if it is open.
    pub(crate) fn toggle_panel(self, panel: Panel) {
        if self.panel.get_untracked() == Some(panel) {
            self.close_panel();
        } else {
            self.panel.set(Some(panel));
        }
    }

    /// Closes the panel that is open; the focus goes back to where it was opened from.
    pub(crate) fn close_panel(self) {
        if let Some(panel) = self.panel.get_untracked() {
            self.panel.set(None);
            focus(panel.button_id());
        }
    }

    /// The page may be gone while the actor sends its last updates.
    fn receive(self, update: Update, toasts: Toasts) {
        match update {
            Update::View(view) => drop(self.view.try_set(*view)),
            Update::Draft(draft) => {
                self.addressee.try_set(draft.to);
                self.draft.try_set(draft.text);
            }
            Update::Notice(Notice::SoundBlocked) => drop(self.sound_blocked.try_set(true)),
            // The page before the call says all the time what is wrong with the devices.
            Update::Notice(Notice::DeviceFailed(..)) if self.is_in_the_lobby() => {}
            Update::Notice(notice) => {
                let reading = self.panel.try_get_untracked() == Some(Some(Panel::Chat));
                // A notice stays in the language in which it was told.
                let texts = untrack(messages);
                match wording::notice(texts, notice) {
                    Some(Telling::ChatMessage(author, text)) => {
                        let author = author.as_str();
                        let sentence = Sentence::said(texts, author, text);
                        if reading {
                            toasts.announce(sentence);
                        } else {
                            toasts.chat_message(author, sentence);
                        }
                    }
                    Some(Telling::News(sentence)) => toasts.news(sentence),
                    Some(Telling::Shown(sentence)) => toasts.announce(sentence),
                    Some(Telling::Trouble(sentence)) => toasts.trouble(sentence),
                    None => {}
                }
            }
        }
    }
}

/// Counts what others wrote since the chat was last open.
fn unread(view: RwSignal<CallView>, panel: RwSignal<Option<Panel>>) -> Memo<usize> {
    let received = Memo::new(move |_| view.with(|view| view.received_messages));
    let seen = Memo::new(move |seen: Option<&usize>| match panel.get() {
        Some(Panel::Chat) => received.get(),
        _ => seen.copied().unwrap_or_default(),
    });
    Memo::new(move |_| received.get().saturating_sub(seen.get()))
}

/// Whether a key press belongs to a text that is being composed, as in Chinese: Enter and Escape
/// then end the composition. Some browsers tell it by the number alone.
pub(crate) fn is_composing(event: &KeyboardEvent) -> bool {
    const PROCESSED: u32 = 229;
    event.is_composing() || event.key_code() == PROCESSED
}

/// Moves the focus to the element of an id, if it is there.
fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        // An element that cannot be focused is no longer there.
        drop(element.focus());
    }
}

/// Whether a device counts as on: wanted, and not failed.
pub(crate) fn is_on(device: &CaptureView) -> bool {
    device.wanted && !matches!(device.state, rtc::view::CaptureState::Failed(_))
}

fn hand_is_up(view: &CallView) -> bool {
    you(view).is_some_and(|you| you.hand.is_some())
}

/// This person among those in the room.
fn you(view: &CallView) -> Option<&PersonView> {
    view.people.iter().find(|person| person.you)
}

/// What pressing the button of a device asks for. One that failed is tried again.
fn switch(device: &CaptureView) -> bool {
    !is_on(device)
}
