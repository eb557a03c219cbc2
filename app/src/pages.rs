//! The pages.

#![expect(
    unreachable_pub,
    reason = "the properties that #[component] generates are public, whatever the component is"
)]

pub(crate) mod home;
pub(crate) mod not_found;
pub(crate) mod room;
