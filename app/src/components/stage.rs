//! The stage: all tiles of a call, placed side by side.

use leptos::html;
use leptos::prelude::*;
use meeting::id::ParticipantId;
use meeting::layout::{Part, Rect, Size, arrange};
use rtc::browser::SizeObserver;

use super::alone::Alone;
use super::text::words;
use super::tile::Tile;
use crate::call::Call;
use crate::call::tiles::{TileKey, parts, tiles};

/// The tiles and, as long as nobody else is there, how to invite somebody.
#[component]
pub(crate) fn Stage(call: Call) -> impl IntoView {
    let pinned = RwSignal::new(None::<TileKey>);
    let size = RwSignal::new(Size::default());
    let keys = call.part_after(|view, before: Option<&Vec<TileKey>>| {
        tiles(view, before.map(Vec::as_slice).unwrap_or_default())
    });
    let me = call.me();
    let positions = Memo::new(move |_| {
        arrange_all(
            &keys.get(),
            me.get().as_ref(),
            pinned.get().as_ref(),
            size.get(),
        )
    });
    let position_of = move |key: TileKey| {
        Memo::new(move |before: Option<&(Part, Rect)>| {
            let position = positions.with(|positions| {
                positions
                    .iter()
                    .find(|(of, _)| of == &key)
                    .map(|(_, position)| *position)
            });
            position
                .or_else(|| before.copied())
                .unwrap_or((Part::Stage, Rect::default()))
        })
    };
    let alone = Memo::new(move |_| keys.with(Vec::len) <= 1);

    let stage = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        SizeObserver::new(&stage.get()?.into(), move |width, height| {
            // The stage may be gone when the browser tells its last size.
            size.try_update(|size| *size = Size { width, height });
        })
    });
    view! {
        <section class="stage" aria-label=words(|it| it.call.stage)>
            <div class="tiles" node_ref=stage data-measured=move || (size.get().width > 0.0).then_some("")>
                <For each=move || keys.get() key=TileKey::clone let:key>
                    <Tile call position=position_of(key.clone()) key pinned/>
                </For>
            </div>
            {move || alone.get().then(|| view! { <Alone call/> })}
        </section>
    }
}

fn arrange_all(
    keys: &[TileKey],
    me: Option<&ParticipantId>,
    pinned: Option<&TileKey>,
    size: Size,
) -> Vec<(TileKey, (Part, Rect))> {
    let parts = parts(keys, me, pinned);
    let positions = arrange(size, &parts);
    keys.iter()
        .cloned()
        .zip(parts.into_iter().zip(positions))
        .collect()
}
