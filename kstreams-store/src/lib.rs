//! The byte stores under kstreams: a task's database (in memory or redb), its checkpoints, and the write set that lies over it.
//!
//! A [`Backend`] is one task's database. It holds only effects of committed transactions: each [`Checkpoint`] is one transaction of rows,
//! dropped segments, changelog positions and marks. A [`WriteSet`] is a store over a [`Snapshot`] of it: every entry has an *open* slot (this
//! transaction, the value as its owner holds it) and a *committed* slot (encoded, not yet in a checkpoint), so a read is a slot or the
//! snapshot, and a scan is a two-way merge in byte order.
//!
//! ```
//! use kstreams_store::{Backend, Checkpoint, Found, MemoryBackend, Shape, WriteSet};
//! use std::rc::Rc;
//! let backend = MemoryBackend::new();
//! let mut counts: WriteSet<u64> = WriteSet::new(Shape::unordered("counts"), backend.snapshot()?)?;
//! counts.put(b"ann", Rc::new(1), 1_000);
//! // a commit: what changed is encoded once, for the changelog and for the committed slot
//! let mut changelog = vec![];
//! counts.prepare(
//!     &mut |value, out| { out.extend_from_slice(&value.to_be_bytes()); Ok::<(), String>(()) },
//!     &mut |key, value, time| changelog.push((key.to_vec(), value.map(<[u8]>::to_vec), time)),
//! ).unwrap();
//! counts.commit(1);
//! assert_eq!(changelog.len(), 1);
//! // a checkpoint: later, and never in the way of a commit
//! let (tables, dropped) = counts.rows_up_to(1);
//! backend.write(&Checkpoint { tables, dropped, positions: vec![(("counts-changelog".into(), 0), 1)], ..Checkpoint::default() })?;
//! counts.settle(1, backend.snapshot()?)?;
//! assert!(matches!(counts.get(b"ann")?, Some(Found::Open { time: 1_000, .. } | Found::Stored(_))));
//! # Ok::<(), kstreams_store::Error>(())
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod backend;
mod error;
pub mod layout;
mod memory;
mod partly;
#[cfg(feature = "redb")]
mod redb;
mod row;
mod write_set;

pub use backend::{Backend, Checkpoint, Direction, Rows, Snapshot, TableRows, TableView};
pub use error::{Error, Result};
pub use memory::{MemoryBackend, no_key_between};
pub use partly::{Kept, PartlyInMemory};
#[cfg(feature = "redb")]
pub use redb::RedbBackend;
pub use row::{Bytes, Row};
pub use write_set::{Dirty, Found, Parked, Scan, Segments, Shape, Slot, WriteSet};
