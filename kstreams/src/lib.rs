//! Kafka Streams for Rust, in which the compiler checks the topology.
//!
//! Users annotate structs and functions; the macros turn them into a typed topology whose keys, serdes, state names and co-partitioning are
//! verified by `cargo check`. [`Topology`] is what comes out, [`TestDriver`] tests it, [`App`] runs it.
#![deny(missing_docs)]
#![deny(unsafe_code)]

// Generated code names the crate from outside; so do the derives in here.
extern crate self as kstreams;

#[cfg(any(feature = "embedded", feature = "kafka"))]
mod app;
#[cfg(all(feature = "cli", any(feature = "embedded", feature = "kafka")))]
mod cli;
pub mod codec;
#[cfg(any(feature = "embedded", feature = "kafka"))]
mod config;
#[cfg(feature = "document")]
pub mod document;
mod dsl;
pub mod lock;
mod op;
pub mod partition;
pub mod plan;
mod record;
pub mod shell;
mod space;
mod state;
pub mod task;
mod topology;
pub mod worker;

#[cfg(all(feature = "ops-http", any(feature = "embedded", feature = "kafka")))]
pub use app::OpsAddress;
#[cfg(any(feature = "embedded", feature = "kafka"))]
pub use app::{App, AppError, AppState, Closed, Found, Owner, QueryError, Reader, Restore, Row, ShutdownToken};
#[cfg(all(feature = "cli", any(feature = "embedded", feature = "kafka")))]
pub use cli::{Cli, CliAnswer, cli};
#[cfg(feature = "json")]
pub use codec::Json;
pub use codec::{KeptAs, NonNull, NullsHandled, OrNull, Presence, Record};
#[cfg(any(feature = "embedded", feature = "kafka"))]
pub use config::{Config, ConfigError};
pub use dsl::*;
#[cfg(feature = "macros")]
pub use kstreams_macros::{Key, Record, operator, topic, topology};
pub use op::*;
pub use partition::{Crc32, Murmur2};
pub use plan::Reset;
pub use record::{
    All, Headers, Key, Message, Meta, SessionBounds, SessionWindowed, TimeBounds, TimeWindowed, Timestamp, TopicKey, Unkeyed,
};
#[cfg(feature = "embedded")]
pub use shell::testing::TestDriver;
pub use space::{
    CoPartitioned, Keyed, Partitions, Placed, Rekeyed, RekeyedTo, Repartitioned, SameCount, SamePartitioner, SameSpace, Single, Space,
    WindowedSpace,
};
pub use topology::{Blueprint, Topology};
pub use worker::{BadRecords, Event, Guarantee};

/// What operators and processors answer with.
pub type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

/// One import for user crates.
pub mod prelude {
    #[cfg(feature = "json")]
    pub use crate::Json;
    #[cfg(feature = "embedded")]
    pub use crate::TestDriver;
    pub use crate::{
        All, Builder, Cx, Emit, EmitInPlace, GlobalOf, GlobalTable, GlobalView, Headers, Key, KvStore, Message, Meta, Placed, Processor,
        Record, Rekeyed, SessionBounds, SessionStore, SessionWindowed, Single, Slot, Space, StoreOf, Stream, StreamOf, Table, TableOf,
        TableView, TimeBounds, TimeWindowed, Timer, Timestamp, Topology, Unkeyed, Versioned, VersionedOf, VersionedStore, WindowStore,
        days, from, hopping, hours, kv, matching, millis, minutes, named, seconds, session, sessions, sliding, stored, tumbling,
        until_time_limit, until_window_closes, versioned, windows, within,
    };
    #[cfg(any(feature = "embedded", feature = "kafka"))]
    pub use crate::{App, BadRecords, Config};
    #[cfg(feature = "macros")]
    pub use crate::{operator, topic, topology};
    pub use serde::{Deserialize, Serialize};
}

/// The only paths that generated code names.
#[doc(hidden)]
pub mod __private {
    #[cfg(all(feature = "cli", any(feature = "embedded", feature = "kafka")))]
    pub use crate::cli::{MARK, commands, forgetting};
    #[cfg(feature = "json")]
    pub use crate::codec::derived::{event_time, json};
    pub use crate::codec::{Shape, schema};
    pub use crate::described;
    #[cfg(feature = "document")]
    pub use crate::document::Described;
    pub use crate::dsl::{Part, SizeOf, Unasked, disjoint, documented, handle, locked, retained, timestamp, topic_name};
    pub use crate::plan::recorder::name_of;
    #[cfg(any(feature = "macros", feature = "cli"))]
    pub use crate::shell::lock_file::{check as check_lock, is_there as lock_is_there};
    #[cfg(feature = "document")]
    pub use inventory;
}

/// What `#[operator]` says of a function; nobody would read it where no documents are made.
#[cfg(feature = "document")]
#[doc(hidden)]
#[macro_export]
macro_rules! described {
    ($($said:tt)*) => {
        $crate::__private::inventory::submit! { $crate::__private::Described { $($said)* } }
    };
}
/// What `#[operator]` says of a function; nobody would read it where no documents are made.
#[cfg(not(feature = "document"))]
#[doc(hidden)]
#[macro_export]
macro_rules! described {
    ($($said:tt)*) => {};
}
