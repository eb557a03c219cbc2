//! A playing video.

use leptos::html;
use leptos::prelude::*;
use rtc::VideoSource;

use crate::call::Call;

/// Shows a camera or a screen for as long as it is mounted. It makes no sound: the sound of a
/// call does not depend on what is seen.
#[component]
pub(crate) fn Video(
    call: Call,
    source: VideoSource,
    /// How the picture lies in its frame: `face`, `mirrored` or `screen`.
    #[prop(into)]
    look: Signal<&'static str>,
) -> impl IntoView {
    let element = NodeRef::<html::Video>::new();
    // What the effect returns is kept until it runs again or is dropped, and with it the video.
    Effect::new(move |_| {
        let element = element.get()?;
        call.with_handle(|handle| handle.attach(element, source.clone()))
    });
    view! {
        <video
            class="video"
            data-look=move || look.get()
            node_ref=element
            autoplay=true
            playsinline=true
            prop:muted=true
            disablepictureinpicture=true
        ></video>
    }
}
