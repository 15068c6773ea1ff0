//! The embedded world: an in-process log with Kafka's semantics, and the shell that runs workers over it.
pub mod log;
