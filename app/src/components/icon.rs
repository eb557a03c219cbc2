//! The icons: strokes on a 24 by 24 grid, drawn with the colour of the text beside them.

use leptos::prelude::*;

/// Which icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Glyph {
    Microphone,
    MicrophoneOff,
    Camera,
    CameraOff,
    Speaker,
    Screen,
    ScreenStop,
    Chat,
    People,
    More,
    Hand,
    Reactions,
    Leave,
    Chevron,
    Close,
    Send,
    Check,
    Clock,
    Copy,
    Pin,
    FullScreen,
    Warning,
    Plus,
    Globe,
    Record,
    RecordStop,
    Picture,
    Save,
    Attach,
    File,
}

impl Glyph {
    /// The `d` of an SVG path, in a square of 24.
    const fn path(self) -> &'static str {
        match self {
            Self::Microphone => {
                "M9 6a3 3 0 0 1 6 0v5a3 3 0 0 1-6 0zM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21"
            }
            Self::MicrophoneOff => {
                "M9 9V6a3 3 0 0 1 5.9-.8M15 11v-.5M9 11a3 3 0 0 0 4.2 2.7M5.5 11a6.5 6.5 0 0 0 10 5.5\
                 M18.5 11a6.4 6.4 0 0 1-.5 2.5M12 17.5V21M4 4l16 16"
            }
            Self::Camera => {
                "M5 6.5h8a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2zM15 10.8l6-3.3v9l-6-3.3"
            }
            Self::CameraOff => {
                "M9 6.5h4a2 2 0 0 1 2 2V12M15 15.5a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2h1\
                 M15.5 10.5l5.5-3v9l-3-1.6M4 4l16 16"
            }
            Self::Speaker => {
                "M4 9.5h3.5L12 5.5v13l-4.5-4H4zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.3a8 8 0 0 1 0 11.4"
            }
            Self::Screen => "M4 5h16v11H4zM9 20h6M12 16v4M12 13V8.2M9.7 10.3L12 8l2.3 2.3",
            Self::ScreenStop => "M4 5h16v11H4zM9 20h6M12 16v4M9.8 8.3l4.4 4.4M14.2 8.3l-4.4 4.4",
            Self::Chat => {
                "M5 5h14a1.5 1.5 0 0 1 1.5 1.5v8A1.5 1.5 0 0 1 19 16h-8l-4.5 4v-4H5a1.5 1.5 0 0 1-1.5-1.5v-8A1.5 1.5 0 0 1 5 5zM8 9h8M8 12h5"
            }
            Self::People => {
                "M9 11.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM3 19.5c.3-3.2 2.7-5 6-5s5.7 1.8 6 5\
                 M15.5 5.4a3.1 3.1 0 0 1 0 6M17.2 14.8c2.2.6 3.6 2.2 3.8 4.7"
            }
            Self::Hand => {
                "M8 13V6a1.5 1.5 0 0 1 3 0V4.5a1.5 1.5 0 0 1 3 0V6a1.5 1.5 0 0 1 3 0v8a6.5 6.5 0 0 1-12 3.5\
                 L3.3 14a1.4 1.4 0 0 1 2.3-1.6L8 15M11 6v5M14 6v5"
            }
            Self::Reactions => {
                "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM9 9.5v.01M15 9.5v.01M8 14a4.6 4.6 0 0 0 8 0"
            }
            Self::More => "M12 5v.01M12 12v.01M12 19v.01",
            Self::Leave => {
                "M12 9.2c3.3 0 6.4 1 8.7 2.9.8.7.9 1.9.3 2.7l-1 1.3c-.4.6-1.2.8-1.9.5l-2.2-1\
                 c-.6-.3-.9-.9-.9-1.5v-1.6a11 11 0 0 0-6 0v1.6c0 .6-.3 1.2-.9 1.5l-2.2 1\
                 c-.7.3-1.5.1-1.9-.5l-1-1.3c-.6-.8-.5-2 .3-2.7C5.6 10.2 8.7 9.2 12 9.2z"
            }
            Self::Chevron => "M7 14.5l5-5 5 5",
            Self::Close => "M6 6l12 12M18 6L6 18",
            Self::Check => "M5 12.5l4.5 4.5L19 7.5",
            Self::Clock => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2",
            Self::Send => "M4.5 12L4 4.5 20.5 12 4 19.5zM4.5 12H12",
            Self::Copy => "M9 9h10.5v10.5H9zM6 15H4.5V4.5H15V6",
            Self::Pin => "M9 4h6l-.7 5.5L17.5 13v1.5h-11V13l3.2-3.5zM12 14.5V20",
            Self::FullScreen => "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
            Self::Warning => "M12 4l9 15.5H3zM12 10v4M12 16.8v.01",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Attach => {
                "M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.4 3.4 0 0 1 4.8 4.8l-8.4 8.4a1.7 1.7 0 0 1-2.4-2.4l7.5-7.5"
            }
            Self::File => "M6 3.5h7.5L18.5 8.5V20.5H6zM13.5 3.5v5h5",
            Self::Globe => {
                "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM3.5 12h17\
                 M12 3.5c5 5 5 12 0 17-5-5-5-12 0-17z"
            }
            Self::Record => {
                "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z"
            }
            Self::RecordStop => "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM9.5 9.5h5v5h-5z",
            Self::Picture => "M4 5h16v14H4zM4 16l4.5-4.5L13 16l2.5-2.5L20 18M15.5 9v.01",
            Self::Save => "M12 4v11M7.5 10.5L12 15l4.5-4.5M5 19.5h14",
        }
    }
}

/// Draws an icon. It has no name of its own: the control it stands in has one.
#[component]
pub(crate) fn Icon(
    /// Which; may change.
    #[prop(into)]
    glyph: Signal<Glyph>,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=move || glyph.get().path()></path>
        </svg>
    }
}
