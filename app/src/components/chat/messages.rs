//! The messages, the newest in sight.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use rtc::view::ChatEntry;

use super::message::Message;
use crate::call::Call;
use crate::components::text::{Words, words};

/// This close to the end of the messages, in CSS pixels, one counts as reading the newest.
const NEAR_END: i32 = 48;

/// The messages, the newest in sight.
#[component]
pub(super) fn Messages(call: Call, entries: Memo<Arc<Vec<Arc<ChatEntry>>>>) -> impl IntoView {
    let scroll = NodeRef::<html::Div>::new();
    let shown = move || {
        let shown = |entry: &&Arc<ChatEntry>| entry.message.is_shown();
        entries.with(|entries| entries.iter().filter(shown).cloned().collect::<Vec<_>>())
    };
    let none = Memo::new(move |_| entries.with(|it| !it.iter().any(|it| it.message.is_shown())));
    // Whoever reads back is left where they are.
    let at_end = StoredValue::new(true);
    let on_scroll = move |_| {
        if let Some(scroll) = scroll.get_untracked() {
            let below = scroll.scroll_height() - scroll.scroll_top() - scroll.client_height();
            at_end.set_value(below < NEAR_END);
        }
    };
    // Once for each frame: the browser has to place everything before it can say how long it is.
    let is_due = StoredValue::new(false);
    let follow = move || {
        is_due.try_set_value(false);
        if let Some(scroll) = scroll.try_get_untracked().flatten()
            && at_end.try_get_value() == Some(true)
        {
            scroll.set_scroll_top(scroll.scroll_height());
        }
    };
    Effect::new(move |_| {
        entries.track();
        if scroll.get().is_some() && !is_due.get_value() {
            is_due.set_value(true);
            request_animation_frame(follow);
        }
    });
    let rows = Rows::follow(entries);
    let opened = RwSignal::new(None);
    view! {
        <div class="chat-scroll" node_ref=scroll on:scroll=on_scroll tabindex="0" role="group" aria-label=words(|it| it.chat.messages)>
            {move || none.get().then(|| view! { <p class="hint"><Words of=|it| it.chat.empty/></p> })}
            <ul class="chat-messages" role="list">
                <For each=shown key=|entry| entry.key let:entry>
                    <Message call entries entry=rows.of(entry) opened/>
                </For>
            </ul>
        </div>
    }
}

/// What each message that is shown says now. A message that changes is changed where it stands, so
/// whoever is at one of its buttons stays there.
#[derive(Clone, Copy)]
struct Rows(StoredValue<HashMap<u64, RwSignal<Arc<ChatEntry>>>>);

impl Rows {
    fn follow(entries: Memo<Arc<Vec<Arc<ChatEntry>>>>) -> Self {
        let rows = Self(StoredValue::new(HashMap::new()));
        Effect::new(move |_| entries.with(|entries| entries.iter().for_each(|it| rows.update(it))));
        rows
    }

    fn update(self, entry: &Arc<ChatEntry>) {
        let row = self.0.with_value(|rows| rows.get(&entry.key).copied());
        if let Some(row) = row
            && !row.with_untracked(|known| Arc::ptr_eq(known, entry))
        {
            row.set(Arc::clone(entry));
        }
    }

    /// The row of a message that is new, as long as it is shown.
    fn of(self, entry: Arc<ChatEntry>) -> RwSignal<Arc<ChatEntry>> {
        let key = entry.key;
        let row = RwSignal::new(entry);
        self.0.update_value(|rows| {
            rows.insert(key, row);
        });
        on_cleanup(move || {
            self.0.try_update_value(|rows| {
                rows.remove(&key);
            });
        });
        row
    }
}
