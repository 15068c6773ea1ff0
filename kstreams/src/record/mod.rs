//! Records and what they carry.
mod headers;
pub use headers::Headers;
