//! Recordings that are stored in this browser, for the person to save or discard.

use leptos::prelude::*;
use leptos::task::spawn_local;
use rtc::browser;
use rtc::recordings::{self, KeptRecording};
use rtc::view::{RecordingProblem, Saved};

use super::icon::{Glyph, Icon};
use super::text::Told;
use crate::call::recordings::{kept, problem};
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
            <ul class="kept-recordings" role="list" aria-label=messages().recording.offer.title>
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
    let texts = &messages().recording;
    let text = if recording.is_downloaded() {
        texts.offer.downloaded
    } else {
        texts.offer.not_saved
    };
    let moment = browser::moment(recording.began());
    let room = recording.room().as_str();
    let sentence = kept(texts, text, room, &moment, recording.extent());
    let work = RwSignal::new(Work::None);
    let is_busy = move || work.get() == Work::UnderWay;
    let trouble = move || match work.get() {
        Work::Failed(it) => [texts.not_saved, " ", problem(&texts.problems, it)].concat(),
        Work::None | Work::UnderWay => String::new(),
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
            <p><Told sentence/></p>
            <div class="kept-recording-actions">
                <button type="button" class="button" disabled=is_busy on:click=save>
                    <Icon glyph=Glyph::Save/>
                    {texts.offer.save}
                </button>
                <button type="button" class="button" disabled=is_busy on:click=discard>
                    {texts.offer.discard}
                </button>
            </div>
            <p class="problem" role="alert" prop:textContent=trouble></p>
        </li>
    }
}
