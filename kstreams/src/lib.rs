//! Kafka Streams for Rust, in which the compiler checks the topology.
#![deny(unsafe_code)]

pub mod codec;
pub mod plan;
mod record;
pub mod shell;
pub mod task;
mod topology;
pub mod worker;

pub use record::Headers;
