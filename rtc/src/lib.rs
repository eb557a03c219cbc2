//! The browser's edge: everything of Rotunda that touches JavaScript.
//!
//! [`open`] starts the one actor that owns a call: the microphone and the camera before it, the
//! socket, the peer connections and the data channels in it. The views get a [`CallView`] each
//! time something changes and talk back through a [`CallHandle`].
//!
//! The crate compiles natively too, so that views can be rendered on the server; nothing in it
//! may be *called* there but the plain data of [`view`].

pub mod browser;
mod handle;
pub mod storage;
pub mod view;

pub use browser::mark_hydrated;
pub use handle::{CallHandle, VideoAttachment, VideoSource};
pub use view::{CallView, Notice, Update};
