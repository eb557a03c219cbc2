//! Recording: how it begins, and the mark that it runs.

use leptos::prelude::*;
use meeting::id::DisplayName;
use rtc::view::{RecordingPhase, RecordingSubject};
use rtc::{CallView, Command};

use super::icon::{Glyph, Icon};
use super::kept_recordings::KeptRecordings;
use super::text::{Text, Told, Words, words};
use crate::call::Call;
use crate::call::recordings::extent;
use crate::call::sentence::Sentence;
use crate::messages::{Which, messages};

/// What one can record, or that one can stop; and what is left of earlier recordings.
#[component]
pub(crate) fn RecordingOptions(call: Call) -> impl IntoView {
    let phase = call.part(|view| Activity::from(view.recording));
    let is_shared = call.part(|view| view.people.iter().any(|person| person.screen));
    let offered = move |subject| subject != RecordingSubject::Screen || is_shared.get();
    let item = move |(subject, label): (_, Which<str>)| {
        view! {
            <button
                type="button"
                class="menu-item"
                data-closes=""
                on:click=move |_| call.send(Command::Record(subject))
            >
                <Icon glyph=Glyph::Record/>
                <Words of=label/>
            </button>
        }
    };
    let items = move || {
        let all: [(_, Which<str>); 4] = [
            (RecordingSubject::Meeting, |it| it.recording.meeting),
            (RecordingSubject::Camera, |it| it.recording.camera),
            (RecordingSubject::Screen, |it| it.recording.screen),
            (RecordingSubject::Sound, |it| it.recording.sound),
        ];
        let offered = all.into_iter().filter(|(subject, _)| offered(*subject));
        offered.map(item).collect_view()
    };
    let stop = move || {
        view! {
            <button
                type="button"
                class="menu-item"
                data-closes=""
                on:click=move |_| call.send(Command::StopRecording)
            >
                <Icon glyph=Glyph::RecordStop/>
                <Words of=|it| it.recording.stop/>
            </button>
        }
    };
    let choice = move || match phase.get() {
        Activity::None => items().into_any(),
        Activity::Recording => stop().into_any(),
        Activity::Saving => {
            view! { <p class="hint"><Words of=|it| it.recording.saving/></p> }.into_any()
        }
    };
    let is_supported = call.local(|local| local.support.recording);
    move || {
        is_supported.get().then(|| {
            view! {
                {choice}
                <KeptRecordings/>
            }
        })
    }
}

/// Saves a picture of each shared screen.
#[component]
pub(crate) fn PictureOptions(call: Call) -> impl IntoView {
    let shared = call.part(|view| {
        let sharing = view.people.iter().filter(|person| person.screen);
        sharing
            .map(|person| (person.id.clone(), person.name.clone()))
            .collect::<Vec<_>>()
    });
    move || {
        let shared = shared.get();
        let is_one = shared.len() == 1;
        let item = move |(owner, name): (_, DisplayName)| {
            let texts = &messages().recording;
            let label = if is_one {
                Sentence::plain(texts.picture)
            } else {
                Sentence::about(texts.picture_of, name.as_str())
            };
            let save = move |_| call.send(Command::SavePicture(Clone::clone(&owner)));
            view! {
                <button type="button" class="menu-item" data-closes="" on:click=save>
                    <Icon glyph=Glyph::Picture/>
                    <span><Told sentence=label/></span>
                </button>
            }
        };
        shared.into_iter().map(item).collect_view()
    }
}

/// What a page does about a recording of its own, as far as its controls depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Activity {
    None,
    Recording,
    Saving,
}

impl From<RecordingPhase> for Activity {
    fn from(phase: RecordingPhase) -> Self {
        match phase {
            RecordingPhase::Idle => Self::None,
            RecordingPhase::Starting(_) | RecordingPhase::Running(..) => Self::Recording,
            RecordingPhase::Stopping(_) | RecordingPhase::Saving(_) => Self::Saving,
        }
    }
}

/// Who records. It stands where everybody sees it, for as long as anybody does.
#[component]
pub(crate) fn RecordingMark(call: Call) -> impl IntoView {
    let recorders = call.part(recorders);
    let activity = call.part(|view| Activity::from(view.recording));
    let is_shown = Memo::new(move |_| recorders.with(|it| !it.is_empty()));
    let names = move || {
        let told = |sentence| view! { <p><Told sentence/></p> };
        recorders.get().into_iter().map(told).collect_view()
    };
    let mark = move || {
        view! {
            <div class="recording-mark" role="status" aria-label=words(|it| it.recording.mark)>
                {names}
            </div>
        }
    };
    let own = move || match activity.get() {
        Activity::None => ().into_any(),
        Activity::Recording => view! { <OwnRecording call/> }.into_any(),
        Activity::Saving => view! { <BeingSaved call/> }.into_any(),
    };
    view! {
        <div class="recording">
            {move || is_shown.get().then(mark)}
            {own}
        </div>
    }
}

/// Says so while a recording is being saved.
#[component]
pub(crate) fn BeingSaved(call: Call) -> impl IntoView {
    let is_saving = call.part(|view| Activity::from(view.recording) == Activity::Saving);
    let told = move || {
        if is_saving.get() {
            messages().recording.saving
        } else {
            ""
        }
    };
    view! { <p class="hint" role="status" prop:textContent=told></p> }
}

/// How much this page has recorded, and the way to stop it.
#[component]
fn OwnRecording(call: Call) -> impl IntoView {
    let stored = call.part(|view| extent(view.recording.stored()));
    view! {
        <p class="recording-extent" role="timer" translate="no"><Text text=stored/></p>
        <button type="button" class="button" on:click=move |_| call.send(Command::StopRecording)>
            <Icon glyph=Glyph::RecordStop/>
            <Words of=|it| it.recording.stop/>
        </button>
    }
}

/// Who records, oneself first.
fn recorders(view: &CallView) -> Vec<Sentence> {
    let texts = &messages().recording;
    let you = view
        .recording
        .subject()
        .map(|_| Sentence::plain(texts.by_you));
    let others = view
        .people
        .iter()
        .filter(|person| !person.you && person.recording.is_some());
    let others = others.map(|person| Sentence::about(texts.by, person.name.as_str()));
    you.into_iter().chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::testing::{person, view_of};

    #[test]
    fn everybody_who_records_is_named() {
        let mut view = view_of(vec![person(1), person(2), person(3)]);
        assert_eq!(recorders(&view), []);
        view.people[2].recording = Some(RecordingSubject::Unknown);
        view.recording = RecordingPhase::Starting(RecordingSubject::Sound);
        let told: Vec<_> = recorders(&view).iter().map(ToString::to_string).collect();
        assert_eq!(told, ["You are recording", "Person 3 is recording"]);
    }
}
