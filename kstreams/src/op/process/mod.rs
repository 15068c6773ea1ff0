//! The processor API: own code with declared stores, outputs and timers.
mod beside;
mod context;
mod declared;
mod global_view;
mod node;
mod output;
mod own;
mod scan;
mod sessions;
mod stores;
mod table_view;
mod times;
mod versioned;
mod windows;

pub use beside::{Beside, BesideStream};
pub use context::{Cx, Processor, Tick, Timer};
pub use declared::{Declared, Holds, SameStore, StoresFor, Takes, TakesKey, TakesValue, kv, sessions, versioned, windows};
pub use global_view::GlobalView;
pub(crate) use node::RunningProcessor;
pub use output::{Emit, EmitInPlace, Outputs};
pub use sessions::SessionStore;
pub use stores::{KvStore, Scan};
pub use table_view::TableView;
pub use versioned::VersionedStore;
pub use windows::WindowStore;
