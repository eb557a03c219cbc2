//! The bar at the bottom of a call.

use leptos::prelude::*;
use rtc::Command;
use rtc::browser;

use super::copy_link::CopyLink;
use super::device_select::{DeviceKind, DeviceSelect};
use super::icon::{Glyph, Icon};
use super::language_select::LanguageSelect;
use super::popover::Popover;
use super::reactions::{HandButton, HandItem, Reactions};
use super::recording::{PictureOptions, RecordingOptions};
use super::text::{Words, words};
use super::toggle::{Source, Toggle};
use crate::call::panel::Panel;
use crate::call::{Call, is_on};
use crate::language::number;
use crate::messages::messages;

/// Everything one can do in a call.
#[component]
pub(crate) fn Bar(call: Call) -> impl IntoView {
    let room = call.room().to_string();
    let can_share = call.local(|local| local.support.display_media);
    view! {
        <footer class="bar">
            <p class="bar-room" translate="no" prop:textContent=room></p>
            <div class="controls" role="toolbar" aria-label=words(|it| it.call.controls)>
                <div class="split">
                    <Toggle source=Source::Microphone call/>
                    <Popover name=|it| it.devices.microphone_settings glyph=Glyph::Chevron class="chevron">
                        <DeviceSelect kind=DeviceKind::Microphone call/>
                        <SpeakerChoice call/>
                    </Popover>
                </div>
                <div class="split">
                    <Toggle source=Source::Camera call/>
                    <Popover name=|it| it.devices.camera_settings glyph=Glyph::Chevron class="chevron">
                        <DeviceSelect kind=DeviceKind::Camera call/>
                    </Popover>
                </div>
                {move || can_share.get().then(|| view! { <ShareButton call/> })}
                <HandButton call/>
                <div class="wide-only">
                    <Popover name=|it| it.reactions.title glyph=Glyph::Reactions class="round">
                        <Reactions call/>
                    </Popover>
                </div>
                <PanelButton panel=Panel::Chat glyph=Glyph::Chat call/>
                <PanelButton panel=Panel::People glyph=Glyph::People call/>
                <Popover name=|it| it.call.more_options glyph=Glyph::More class="round">
                    <More call/>
                </Popover>
                <button
                    type="button"
                    class="round leave"
                    aria-label=words(|it| it.call.leave)
                    on:click=move |_| call.send(Command::Leave)
                >
                    <Icon glyph=Glyph::Leave/>
                </button>
            </div>
        </footer>
    }
}

/// Begins or stops sharing a screen.
#[component]
fn ShareButton(call: Call) -> impl IntoView {
    let sharing = call.local(|local| is_on(&local.screen));
    let name = move || {
        let texts = &messages().devices;
        if sharing.get() {
            texts.stop_sharing
        } else {
            texts.share_screen
        }
    };
    let glyph = move || {
        if sharing.get() {
            Glyph::ScreenStop
        } else {
            Glyph::Screen
        }
    };
    view! {
        <button
            type="button"
            class="round"
            data-active=move || sharing.get().then_some("")
            aria-label=name
            on:click=move |_| call.toggle_share()
        >
            <Icon glyph=Signal::derive(glyph)/>
        </button>
    }
}

/// Opens or closes a panel, and says how much is unread in it.
#[component]
fn PanelButton(panel: Panel, glyph: Glyph, call: Call) -> impl IntoView {
    let open = Memo::new(move |_| call.panel.get() == Some(panel));
    let badge = Memo::new(move |_| match panel {
        Panel::Chat => call.unread.get(),
        Panel::People => 0,
    });
    let unread = move || match badge.get() {
        0 => String::new(),
        count => messages().chat.unread.with(count),
    };
    let badge_id = [panel.button_id(), "-badge"].concat();
    let described = badge_id.clone();
    view! {
        <button
            type="button"
            class="round"
            id=panel.button_id()
            data-active=move || open.get().then_some("")
            aria-label=words(panel.name())
            aria-expanded=move || if open.get() { "true" } else { "false" }
            aria-describedby=described
            on:click=move |_| call.toggle_panel(panel)
        >
            <Icon glyph=glyph/>
            <span
                class="badge"
                aria-hidden="true"
                translate="no"
                hidden=move || badge.get() == 0
                prop:textContent=move || number(badge.get())
            ></span>
            <span id=badge_id hidden prop:textContent=unread></span>
        </button>
    }
}

/// What is not needed often.
#[component]
fn More(call: Call) -> impl IntoView {
    let full_screen = move |_| {
        if let Some(page) = document().document_element() {
            browser::toggle_full_screen(&page);
        }
    };
    view! {
        <div class="narrow-only">
            <HandItem call/>
            <Reactions call/>
        </div>
        <CopyLink call/>
        <RecordingOptions call/>
        <PictureOptions call/>
        <button type="button" class="menu-item" on:click=full_screen>
            <Icon glyph=Glyph::FullScreen/>
            <Words of=|it| it.call.full_screen/>
        </button>
        <button
            type="button"
            class="menu-item"
            role="switch"
            aria-checked=move || if call.letter_keys.get() { "true" } else { "false" }
            on:click=move |_| call.toggle_letter_keys()
        >
            <span class="switch"></span>
            <Words of=|it| it.call.keyboard_shortcuts/>
        </button>
        <LanguageSelect/>
        <div class="narrow-only">
            <DeviceSelect kind=DeviceKind::Microphone call/>
            <DeviceSelect kind=DeviceKind::Camera call/>
            <SpeakerChoice call/>
        </div>
    }
}

/// The loudspeakers, where the browser lets one choose.
#[component]
fn SpeakerChoice(call: Call) -> impl IntoView {
    let offered = call.local(|local| local.support.speaker_choice);
    let choice = move || {
        view! {
            <DeviceSelect kind=DeviceKind::Speaker call/>
            <button type="button" class="menu-item" on:click=move |_| call.send(Command::TestSpeaker)>
                <Icon glyph=Glyph::Speaker/>
                <Words of=|it| it.lobby.test_sound/>
            </button>
        }
    };
    move || offered.get().then(choice)
}
