//! Rows of a store in bytes, for tools that know the store's name and not its types.
use super::{Directory, QueryError, layout::Layout, reader::Range};
use crate::{
    plan::{Plan, StoreKind},
    shell::Clock,
    state::{Only, PageLimits, StoredRow, Wanted},
    worker::Query,
};
use kstreams_store::layout::{session, window};
use std::ops::Bound;

/// What a tool asks for; keys without windows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::app) enum RawWanted {
    Key(Vec<u8>),
    /// From, to (exclusive).
    Between(Option<Vec<u8>>, Option<Vec<u8>>),
    Prefix(Vec<u8>),
    /// A key's windows or sessions within these times, both inside.
    Windows(Vec<u8>, i64, i64),
}
/// What it gets.
#[derive(Debug, Default)]
pub(in crate::app) struct RawFound {
    pub(in crate::app) rows: Vec<StoredRow>,
    pub(in crate::app) complete: bool,
    /// Partitions that were asked.
    pub(in crate::app) partitions: Vec<u32>,
    /// Partitions that gave no answer, and why.
    pub(in crate::app) missing: Vec<(u32, QueryError)>,
}

/// Asks every task of a store that is here; where a key lies is up to its partitioner, which only types know.
pub(in crate::app) async fn rows(
    directory: &Directory,
    plan: &Plan,
    store: &str,
    wanted: &RawWanted,
    limit: usize,
) -> Result<RawFound, QueryError> {
    let serving = directory.serving()?;
    let layout = Layout::find(plan, &serving.deployment, store)?;
    let until = serving.clock.now().monotonic + 5_000;
    let mut found = RawFound { complete: true, ..RawFound::default() };
    for task in layout.tasks() {
        let most = PageLimits { rows: limit, ..PageLimits::default() };
        let (store, wanted) = (layout.name.clone(), in_bytes(layout.kind, wanted));
        match directory.ask(Query { id: 0, task, store, wanted, most, until, stale_ms: None }).await {
            Ok(page) => {
                found.complete &= page.next.is_none();
                found.partitions.push(task.partition);
                found.rows.extend(page.rows);
            }
            Err(error) => found.missing.push((task.partition, error)),
        }
    }
    found.rows.sort_by(|a, b| a.key.cmp(&b.key));
    found.complete &= found.rows.len() <= limit;
    found.rows.truncate(limit);
    Ok(found)
}
fn in_bytes(kind: StoreKind, wanted: &RawWanted) -> Wanted {
    let Range { from, to, only } = match (wanted, kind) {
        (RawWanted::Key(key), StoreKind::KeyValue | StoreKind::Versioned { .. }) => return Wanted::Row(key.clone()),
        (RawWanted::Key(key), _) => return in_bytes(kind, &RawWanted::Windows(key.clone(), 0, i64::MAX)),
        (RawWanted::Between(from, to), _) => Range {
            from: from.clone().map_or(Bound::Unbounded, Bound::Included),
            to: to.clone().map_or(Bound::Unbounded, Bound::Excluded),
            only: Only::Any,
        },
        (RawWanted::Prefix(prefix), _) => Range::with_prefix(prefix.clone()),
        (RawWanted::Windows(key, from, to), StoreKind::Session { .. }) => {
            let (first, last) = session::ending_from(key, *from);
            Range { from: first, to: last, only: Only::LongWithin(key.len() + 16, *from, *to) }
        }
        (RawWanted::Windows(key, from, to), _) => {
            let (first, last) = window::range(key, *from, *to);
            Range { from: first, to: last, only: Only::Long(key.len() + 12) }
        }
    };
    Wanted::Rows { from, to, only }
}
