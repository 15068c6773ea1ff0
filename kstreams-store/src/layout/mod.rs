//! Key layouts of stores with more than one row a key: of windows and sessions Kafka Streams' bytes, of versions our own.
pub mod session;
pub mod versioned;
pub mod window;
