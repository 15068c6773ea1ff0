//! Shells: one per world.
mod clock;
mod databases;
#[cfg(feature = "embedded")]
pub mod embedded;
#[cfg(feature = "kafka")]
pub mod kafka;
mod parking;
#[cfg(feature = "redb")]
mod state_folder;
#[cfg(feature = "embedded")]
pub mod testing;
mod world;
mod writer;
pub use clock::{Clock, ManualClock, SystemClock};
pub use databases::{Databases, MemoryDatabases};
pub use parking::{Claim, Parking};
#[cfg(feature = "redb")]
pub use state_folder::StateFolder;
pub use world::{World, turn};
pub use writer::{CheckpointJob, CheckpointWriter, Written};
