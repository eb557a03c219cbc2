//! The server's side of a room.
