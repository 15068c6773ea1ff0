//! Operators: one a file, its method on the handle beside what runs. Every operator pushes what it made to the next, depth first.
mod aggregate;
mod assembly;
mod clocks;
mod edge;
mod idle;
mod join;
mod misplaced;
mod place;
mod process;
mod scope;
mod sink;
pub(crate) mod source;
mod stream;
mod table;
mod timers;
mod upstream;

pub use aggregate::{Cogroup, FixedWindow, Gives, Slot, Verdict, WindowedCogroup, WindowedStream};
pub use join::{
    Buffered, Finds, ForeignKey, ForeignSide, GlobalSide, JoinsAtOnce, JoinsTable, KeepsHistory, RightOf, StreamRightOf, TableSide,
};
pub use misplaced::{BeforeAggregation, GroupedByKey, OfWindow};
pub use process::{
    Beside, BesideStream, Cx, Declared, Emit, EmitInPlace, GlobalView, Holds, KvStore, Outputs, Processor, SameStore, Scan, SessionStore,
    StoresFor, TableView, Takes, TakesKey, TakesValue, Tick, Timer, VersionedStore, WindowStore, kv, sessions, versioned, windows,
};
pub use scope::Dropped;
pub use stream::{Arms, Branches};
pub use table::{GroupedTable, HoldsBack};

pub(crate) use assembly::{Assembly, BeforeCommit};
pub(crate) use clocks::Clocks;
pub(crate) use edge::{
    Between, Change, FanOut, FanOutChange, Next, NextChange, Nowhere, Outlet, Push, PushChange, Row, Shared, TableOutlet, View, either_keys,
};
pub(crate) use process::RunningProcessor;
pub(crate) use scope::{Failure, Flow, Scope, Target};
pub(crate) use source::{SourceFactory, TypedSource};
pub(crate) use timers::Clock;
