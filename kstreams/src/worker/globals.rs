//! Global tables: a task starts when all of them are known, and sees a new moment of one only between two records.
use super::{engine::Engine, runs::Runs};
use crate::{plan::TopicId, state::GlobalRows};
use std::{collections::BTreeMap, sync::Arc};

/// The last moment of each global table, by its topic.
pub(super) type Moments = BTreeMap<TopicId, Arc<dyn GlobalRows>>;

impl<T: Runs> Engine<T> {
    /// A global table has caught up with its topic, or has changed since.
    pub(super) fn global(&mut self, topic: TopicId, rows: Arc<dyn GlobalRows>) {
        for task in self.slots.values_mut().filter_map(|slot| slot.task.as_mut()) {
            task.set_global(topic, rows.clone());
        }
        self.globals.insert(topic, rows);
    }
    /// A task that was just built knows of none.
    pub(super) fn tell_globals(globals: &Moments, task: &mut T) {
        globals.iter().for_each(|(topic, rows)| task.set_global(*topic, rows.clone()));
    }
    pub(super) fn knows_globals(&self) -> bool {
        self.deployment.globals.iter().all(|topic| self.globals.contains_key(topic))
    }
}
