//! How keys and values become bytes.
mod fingerprint;
pub use fingerprint::Fingerprint;
