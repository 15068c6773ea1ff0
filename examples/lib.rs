//! The examples' topologies, and what their programs share. The programs are beside them: `cargo run --release --example order-analytics`.
#![forbid(unsafe_code)]
#[path = "order-analytics/mod.rs"]
pub mod order_analytics;
pub mod shutdown;
#[path = "sum/topology.rs"]
pub mod sum;
#[path = "word-count/topology.rs"]
pub mod word_count;
#[path = "word-count-processor/topology.rs"]
pub mod word_count_processor;

#[cfg(feature = "queries")]
#[path = "queries/service.rs"]
pub mod queries;
