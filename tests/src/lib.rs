//! What the integration tests share.
pub mod clicks;
pub mod conformance;
pub mod description;
pub mod dice;
pub mod disk;
pub mod editor;
pub mod guide;
pub mod kafka;
pub mod laws;
pub mod lookups;
pub mod oracle;
pub mod pipeline;
pub mod shop;
pub mod simulation;
pub mod spending;
pub mod threads;
pub mod words;
