//! Purchases of things made where their buyers live, counted per hour: the topology, its input, and the same by a plain fold.
pub mod fold;
pub mod generator;
pub mod input;
mod topology;

pub use topology::*;

#[cfg(test)]
mod tests;
