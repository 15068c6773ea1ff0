//! The embedded world: an in-process log with Kafka's semantics, and the shell that runs workers over it.
mod globals;
pub mod log;
mod membership;
mod named;
mod outgoing;
mod reads;
mod restores;
mod topics;
mod world;

pub use globals::EmbeddedGlobals;
pub use log::{EmbeddedLog, LogError, LogRecord, TopicConfig, TopicInfo};
pub use membership::owners;
pub use topics::create_topics;
pub(crate) use topics::deploy;
pub use world::{EmbeddedWorld, Place, Stop};
