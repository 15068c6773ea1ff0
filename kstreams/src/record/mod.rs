//! Records and what they carry: keys, times, headers, where they were read.
mod headers;
mod key;
mod message;
mod windowed;

pub use crate::space::Unkeyed;
#[cfg(feature = "embedded")]
pub(crate) use headers::Bytes;
pub use headers::Headers;
pub use key::{All, Key, TopicKey};
pub use message::{Message, Meta, Timestamp};
pub(crate) use windowed::millis_of;
pub use windowed::{SessionBounds, SessionWindowed, TimeBounds, TimeWindowed};
