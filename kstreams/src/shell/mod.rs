//! Shells: one per world.
mod clock;
mod databases;
#[cfg(any(feature = "embedded", feature = "kafka"))]
mod desk;
#[cfg(feature = "embedded")]
pub mod embedded;
#[cfg(any(feature = "embedded", feature = "kafka"))]
mod globals;
#[cfg(feature = "kafka")]
pub mod kafka;
mod load;
#[cfg(any(feature = "macros", feature = "cli"))]
pub(crate) mod lock_file;
#[cfg(any(feature = "embedded", feature = "kafka"))]
pub(crate) mod member;
mod parking;
#[cfg(feature = "redb")]
mod state_folder;
#[cfg(feature = "embedded")]
pub mod testing;
#[cfg(any(feature = "embedded", feature = "kafka"))]
mod unclaimed;
mod world;
mod writer;
pub use clock::{Clock, ManualClock, SystemClock};
pub use databases::{Databases, MemoryDatabases};
#[cfg(any(feature = "embedded", feature = "kafka"))]
pub use desk::{Desk, DeskRefusal, Rows, Seat};
#[cfg(any(feature = "embedded", feature = "kafka"))]
pub use globals::{GlobalTables, KnownGlobals};
pub use load::{Load, Loads, Part, Stopwatch};
pub use parking::{Claim, Parking};
#[cfg(feature = "redb")]
pub use state_folder::StateFolder;
#[cfg(any(feature = "embedded", feature = "kafka"))]
pub(crate) use unclaimed::Unclaimed;
pub use world::{World, turn, turn_with};
pub use writer::{CheckpointJob, CheckpointWriter, Written};
