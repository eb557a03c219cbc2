//! Models of what a cluster of servers is made of: the processes, and the Redis that they share.

pub mod process;
pub mod redis;
