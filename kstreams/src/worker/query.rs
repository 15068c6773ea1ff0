//! Questions about stores, answered between two records from the last commit: never from an open transaction, never from state that is not there yet.
use super::{Now, Output, engine::Engine, runs::Runs, slot::Phase};
use crate::{
    plan::TaskId,
    state::{Page, PageLimits, Wanted},
};
use std::sync::Arc;

/// Somebody wants rows of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Comes back with the answer.
    pub id: u64,
    /// Whose store.
    pub task: TaskId,
    /// The store's name in the plan.
    pub store: Arc<str>,
    /// Which rows.
    pub wanted: Wanted,
    /// How many of them at once.
    pub most: PageLimits,
    /// Nobody waits for it after this monotonic time.
    pub until: i64,
    /// How many milliseconds changes may already wait for the commit that makes them visible; `None`: any.
    pub stale_ms: Option<i64>,
}
/// What became of a [`Query`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// That of the query.
    pub id: u64,
    /// The rows, as they were at the last commit.
    pub page: Result<Page, Refusal>,
}
/// Why a worker gives no rows. A wrong answer is none of the choices.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The task is not this worker's.
    NotHere,
    /// The task has just come; its state is not open yet.
    Opening,
    /// The task's state is being read back from its changelogs.
    Restoring {
        /// Offsets still to be read.
        remaining: u64,
    },
    /// The task has failed and waits to be tried again, or for good.
    Failed,
    /// Changes wait for a commit longer than the query allows.
    Stale {
        /// Since how many milliseconds.
        by_ms: i64,
    },
    /// Its time was over before its turn came.
    Late,
    /// The task has no such store.
    NoStore,
    /// The database could not be read.
    Unreadable(String),
}

impl<T: Runs> Engine<T> {
    pub(super) fn query(&mut self, now: Now, query: Query) {
        let page = self.page(now, &query);
        self.emit(Output::Answer(Answer { id: query.id, page }));
    }
    fn page(&self, now: Now, query: &Query) -> Result<Page, Refusal> {
        if now.monotonic > query.until {
            return Err(Refusal::Late);
        }
        let task = self.whole(query.task)?;
        let stale = task.dirty_since().map_or(0, |since| now.monotonic.saturating_sub(since));
        if query.stale_ms.is_some_and(|most| stale > most) {
            return Err(Refusal::Stale { by_ms: stale });
        }
        let page = task.page(&query.store, &query.wanted, &query.most).ok_or(Refusal::NoStore)?;
        page.map_err(Refusal::Unreadable)
    }
    /// A task whose committed state is all there.
    fn whole(&self, id: TaskId) -> Result<&T, Refusal> {
        let slot = self.slots.get(&id).ok_or(Refusal::NotHere)?;
        match &slot.phase {
            Phase::Opening | Phase::FetchingCommitted | Phase::FetchingEnds { .. } => Err(Refusal::Opening),
            Phase::Restoring(restore) => Err(Refusal::Restoring { remaining: restore.remaining() }),
            Phase::Quarantined => Err(Refusal::Failed),
            Phase::Ready | Phase::Running { .. } => slot.task.as_ref().ok_or(Refusal::Opening),
        }
    }
}
