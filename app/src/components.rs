//! The building blocks of the pages.

#![expect(
    unreachable_pub,
    reason = "the properties that #[component] generates are public, whatever the component is"
)]

pub(crate) mod alone;
pub(crate) mod banner;
pub(crate) mod bar;
pub(crate) mod chat;
pub(crate) mod copy_link;
pub(crate) mod dead_end;
pub(crate) mod device_select;
pub(crate) mod emblem;
pub(crate) mod icon;
pub(crate) mod language_select;
pub(crate) mod level;
pub(crate) mod link;
pub(crate) mod logo;
pub(crate) mod panel;
pub(crate) mod people;
pub(crate) mod popover;
pub(crate) mod stage;
pub(crate) mod text;
pub(crate) mod tile;
pub(crate) mod title;
pub(crate) mod toast;
pub(crate) mod toggle;
pub(crate) mod video;
