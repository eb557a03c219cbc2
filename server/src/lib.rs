//! The program `rotunda`: hosts the page and carries the signaling.

pub mod store;
