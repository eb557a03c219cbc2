//! This person's own devices: capturing, choosing, measuring.

pub(crate) mod capture;
pub(crate) mod devices;
pub(crate) mod level;
mod permissions;
mod track;

pub(crate) use track::LocalTrack;
