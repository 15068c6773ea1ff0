//! Shells: one per world.
#[cfg(feature = "embedded")]
pub mod embedded;
mod world;
pub use world::{World, turn};
