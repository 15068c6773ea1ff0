//! Stub of the store crate: replaced by branch `store`.
#![allow(missing_docs)]
use std::sync::Arc;
pub trait Snapshot: Send + Sync {}
pub trait Backend: Send + Sync {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, String>;
    fn write(&self, checkpoint: &Checkpoint) -> Result<(), String>;
}
#[derive(Default)]
pub struct Checkpoint {}
pub struct Parked {}
