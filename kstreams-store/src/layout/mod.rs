//! Key layouts of stores with more than one row a key: Kafka Streams' bytes.
pub mod session;
pub mod window;
