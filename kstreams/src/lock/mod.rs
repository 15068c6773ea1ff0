//! The lock: the committed list of names that the state of a deployed topology hangs on, with what each of them was.
//!
//! An edit that would leave state behind, or read it as what it is not, is a [`Difference`]: it is told by the generated test, and `App` and
//! `TestDriver` refuse to start on it.
//!
//! ```
//! use kstreams::{lock::Lock, prelude::*};
//! fn counting(store: &'static str) -> Topology {
//!     let b = Topology::builder("clicks");
//!     let counts = b.stream(named::<Space<String, 3>, u64>("clicks")).count(store);
//!     counts.to(named::<Space<String, 3>, u64>("counts"));
//!     b.build(())
//! }
//! let deployed = Lock::of(&counting("counts"));
//! assert_eq!(Lock::parse(&deployed.to_string())?, deployed);
//! assert!(deployed.compare(&Lock::of(&counting("counts"))).is_empty());
//!
//! let differences = deployed.compare(&Lock::of(&counting("totals")));
//! let gone = differences.iter().find(|d| d.name == "counts").unwrap();
//! assert!(gone.is_refused());
//! assert_eq!(gone.effect.leaves.as_deref(), Some("clicks-counts-changelog"));
//! # Ok::<(), kstreams::lock::LockError>(())
//! ```
mod compare;
mod difference;
mod effect;
mod entry;
mod fields;
mod forgotten;
mod made;
mod migrated;
mod refusals;
mod text;

pub use crate::codec::fields::FieldChange;
pub use difference::{Change, Difference};
pub use effect::{Effect, StateAfter};
pub use entry::{Entry, Kind};
pub use forgotten::Forgotten;
pub(crate) use refusals::refusals;
pub use text::LockError;

use std::collections::BTreeMap;

/// The names of a topology, and what they were when the lock was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// The application id: consumer group and prefix of internal names.
    pub application: String,
    /// A hash over sources, leaders and stores: members that disagree on it do not run side by side. `None` in locks that do not say.
    pub layout: Option<u64>,
    /// Every name that leaves the process, in the order of the file.
    pub entries: Vec<Entry>,
    /// What is behind a fingerprint: the fields of a record (`item:String`), of all else its name (`u64`).
    pub types: BTreeMap<u64, Vec<String>>,
    /// Names that were given up on purpose.
    pub forgotten: Vec<Entry>,
}
impl Lock {
    /// The entry of a name.
    pub fn entry(&self, kind: Kind, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|e| e.kind == kind && e.name == name)
    }
}
