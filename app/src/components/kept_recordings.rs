//! Recordings that are stored in this browser, for the person to save or discard.

use leptos::prelude::*;
use leptos::task::spawn_local;
use rtc::recordings::{self, KeptRecording};
use rtc::view::{RecordingProblem, Saved};

use super::icon::{Glyph, Icon};
use super::text::{Told, Words, words};
use crate::call::recordings::{extent, kept, problem};
use crate::call::sentence::Sentence;
use crate::language::moment;
use crate::messages::messages;

/// All of them; nothing where there are none.
#[component]
pub(crate) fn KeptRecordings() -> impl IntoView {
    let all = RwSignal::new(Vec::<KeptRecording>::new());
    let followed = StoredValue::new(None::<recordings::KeptRecordings>);
    Effect::new(move |_| {
        // The list may be gone when the browser has looked.
        let follow = recordings::KeptRecordings::follow(move |kept| drop(all.try_set(kept)));
        followed.set_value(Some(follow));
    });
    let look_again = move || {
        followed.try_with_value(|followed| {
            if let Some(followed) = followed {
                followed.look_again();
            }
        });
    };
    let key = |it: &KeptRecording| (it.id().to_owned(), it.is_downloaded());
    let list = move || {
        view! {
            <ul class="kept-recordings" role="list" aria-label=words(|it| it.recording.offer.title)>
                <For each=move || all.get() key=key let:recording>
                    <Entry recording look_again/>
                </For>
            </ul>
        }
    };
    let is_empty = Memo::new(move |_| all.with(Vec::is_empty));
    move || (!is_empty.get()).then(list)
}

/// What becomes of a recording just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    None,
    UnderWay,
    Failed(RecordingProblem),
}

/// One of them.
#[component]
fn Entry<F>(recording: KeptRecording, look_again: F) -> impl IntoView
where
    F: Fn() + Copy + 'static,
{
    let (room, is_downloaded) = (recording.room().clone(), recording.is_downloaded());
    let what = Memo::new(move |_| kept(messages(), is_downloaded, room.as_str()));
    let (began, stored) = (recording.began(), recording.extent());
    let details = move || [&moment(began), " · ", &extent(stored)].concat();
    let work = RwSignal::new(Work::None);
    let is_busy = move || work.get() == Work::UnderWay;
    let trouble = move || match work.get() {
        Work::Failed(it) => {
            let texts = &messages().recording;
            let told = [texts.not_saved, problem(&texts.problems, it)].map(Sentence::plain);
            let sentence = Sentence::in_turn(messages(), told);
            Some(view! { <p class="problem" role="alert"><Told sentence/></p> })
        }
        Work::None | Work::UnderWay => None,
    };
    let (to_save, to_discard) = (recording.clone(), recording);
    let save = move |_| {
        let recording = to_save.clone();
        work.set(Work::UnderWay);
        spawn_local(async move {
            let now = match recording.save().await {
                Saved::Failed(problem) => Work::Failed(problem),
                Saved::InFile | Saved::AsDownload | Saved::Dismissed => Work::None,
            };
            // The entry may be gone by then.
            work.try_set(now);
            look_again();
        });
    };
    let discard = move |_| {
        let recording = to_discard.clone();
        work.set(Work::UnderWay);
        spawn_local(async move {
            recording.discard().await;
            look_again();
        });
    };
    view! {
        <li class="kept-recording">
            <p>{move || view! { <Told sentence=what.get()/> }}</p>
            <p class="hint" translate="no" prop:textContent=details></p>
            <div class="kept-recording-actions">
                <button type="button" class="button" disabled=is_busy on:click=save>
                    <Icon glyph=Glyph::Save/>
                    <Words of=|it| it.recording.offer.save/>
                </button>
                <button type="button" class="button" disabled=is_busy on:click=discard>
                    <Words of=|it| it.recording.offer.discard/>
                </button>
            </div>
            {trouble}
        </li>
    }
}
