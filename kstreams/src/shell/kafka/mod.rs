//! The Kafka shell: one thread a worker, with one consumer and one producer of librdkafka. It decides nothing.
//!
//! | file | holds |
//! |---|---|
//! | `launch` | an application: topics solved and created, its workers started |
//! | `world` | what a worker wants of Kafka, and what happens to it |
//! | `group` | membership: which tasks are ours, when the group is answered |
//! | `reading`, `restore` | partitions being read, changelogs being read back |
//! | `producer`, `commit`, `failure` | producing, the commit walk, what an error of it means |
//! | `globals` | global tables being filled, once a process |
//! | `roster` | who is in the group and has what, for queries |
//! | `questions`, `ask` | offsets, members: asked while the worker goes on, or waited for |
//! | `ffi` | the only `unsafe` code |
mod ask;
mod cluster;
mod commit;
mod failure;
mod ffi;
mod globals;
mod group;
mod launch;
mod layout;
mod log;
mod producer;
mod properties;
mod questions;
mod reading;
mod restore;
mod roster;
mod wake;
mod world;

#[cfg(feature = "cli")]
pub(crate) use cluster::Cluster;
pub use launch::{Launch, Launched};
#[cfg(feature = "cli")]
pub(crate) use launch::{facts, known_names};
#[cfg(feature = "cli")]
pub(crate) use properties::Connection;
pub(crate) use properties::OWNED;
pub(crate) use roster::{Roster, RosterMember};
pub(crate) use world::CloseFlag;
