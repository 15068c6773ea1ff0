//! Shells: one per world.
mod world;
pub use world::{World, turn};
