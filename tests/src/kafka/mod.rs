//! A real broker for tests, and clients for its topics.
mod broker;
mod client;
mod jars;
mod partitions;
mod process;
mod running;
mod takeover;

pub use broker::{Broker, broker, fresh_broker};
pub use client::{Client, Read, Run, TopicSettings, Writer};
pub use partitions::java_partitions;
pub use process::Process;
pub use running::Running;
pub use takeover::WindowedWords;
