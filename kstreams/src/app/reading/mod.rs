//! Interactive queries: a table's state, read from outside while the application runs.
//!
//! A question goes to the desk of the worker that has the key's task (`directory`), in bytes (`layout`); rows come back in pages and are decoded by
//! whoever asked (`reader`, `windows`). A test asks its driver (`tested`).
mod directory;
mod error;
mod layout;
#[cfg(feature = "ops-http")]
mod raw;
mod reader;
#[cfg(feature = "embedded")]
mod tested;
mod windows;

pub(super) use directory::{Directory, MemberTasks, Serving};
pub use error::{Owner, QueryError};
#[cfg(feature = "ops-http")]
pub(super) use raw::{RawFound, RawWanted, rows as raw_rows};
pub use reader::{Found, Reader, Row};
