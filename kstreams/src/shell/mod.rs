//! Shells: one per world.
#[cfg(feature = "kafka")]
mod kafka;
mod world;
pub use world::{World, turn};
