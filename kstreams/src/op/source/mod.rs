//! Sources: the first node of a sub-topology. They decode the head of a partition's queue, say its event time and push it when it is chosen.
mod rows;
mod stream;

use super::{Assembly, Flow, Scope};
use crate::plan::TopicId;
use crate::{Meta, task::Raw};
use std::sync::Arc;

pub(crate) use rows::rows;
pub(crate) use stream::{internal_stream, not_negative, user_stream};

/// A source of one partition, its types erased.
pub(crate) trait TypedSource {
    /// Decodes a record and keeps it as the head; answers its event time. `meta` has everything but the event time.
    fn load(&mut self, raw: Raw<'_>, meta: &mut Meta) -> crate::Result<i64>;
    /// Pushes the head.
    fn push_head(&mut self, scope: &mut Scope) -> Flow;
    /// Forgets the head.
    fn forget(&mut self);
}
/// Builds a source node: one part for each topic that it reads.
pub(crate) type SourceFactory = Arc<dyn Fn(&mut Assembly<'_>) -> Vec<(TopicId, Box<dyn TypedSource>)> + Send + Sync>;
