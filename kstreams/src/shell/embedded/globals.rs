//! Filling global tables from the embedded log: whichever worker looks first reads for all of them.
use super::{
    log::{EmbeddedLog, Ends, Isolation},
    topics::Numbers,
};
use crate::{
    plan::{Deployment, TopicId},
    shell::GlobalTables,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Bytes of one fetch.
const BYTES_PER_FETCH: usize = 1 << 20;

/// The global tables of a process on the embedded log. A clone is the same one.
#[derive(Clone)]
pub struct EmbeddedGlobals {
    pub(super) tables: GlobalTables,
    /// The offset that comes next in each partition. Whoever holds it reads.
    next: Arc<Mutex<BTreeMap<(TopicId, u32), i64>>>,
}
impl EmbeddedGlobals {
    /// The deployment's global tables, not read yet.
    pub fn new(deployment: &Deployment) -> EmbeddedGlobals {
        let partitions = |topic: &TopicId| (0..deployment.topic(*topic).partitions).map(|p| ((*topic, p), 0)).collect::<Vec<_>>();
        let next = deployment.globals.iter().flat_map(partitions).collect();
        EmbeddedGlobals { tables: GlobalTables::new(deployment), next: Arc::new(Mutex::new(next)) }
    }
    /// Reads what is new, committed records only, to the end.
    pub(super) fn poll(&self, log: &EmbeddedLog, numbers: &Numbers) {
        if self.tables.is_empty() {
            return;
        }
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        for ((topic, partition), next) in &mut *next {
            let at = numbers.at(*topic, *partition);
            // To the end: nobody wakes a worker for the rest.
            while let Ok(Ends { first, .. }) = log.ends_of(at) {
                let Ok(fetched) = log.fetch(at, first.max(*next), i64::MAX, BYTES_PER_FETCH, Isolation::ReadCommitted) else { break };
                *next = fetched.next;
                fetched.batches.iter().for_each(|batch| self.tables.take_in(*topic, batch));
                if fetched.at_end {
                    self.tables.at_end(*topic, *partition);
                    break;
                }
            }
        }
    }
}
