//! The processor API: own code with declared stores, outputs and timers.
mod context;
mod declared;
mod global_view;
mod node;
mod output;
mod stores;
mod versioned;

pub use context::{Cx, Processor, Tick, Timer};
pub use declared::{Declared, SameStore, StoresFor, Takes, TakesKey, TakesValue, kv, versioned};
pub use global_view::GlobalView;
pub(crate) use node::RunningProcessor;
pub use output::{Emit, EmitInPlace, Outputs};
pub use stores::{KvStore, Scan, TableView};
pub use versioned::VersionedStore;
