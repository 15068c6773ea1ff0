//! Questions to the world that are not answered yet. A task may be revoked and come back meanwhile: an old answer must not pass for the new one.
use crate::plan::TaskId;
use std::collections::BTreeMap;

/// Kinds of questions about one task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Question {
    Open,
    Committed,
    Ends,
}

/// How many answers of each kind are still to come. A world answers each question once, in the order of asking.
#[derive(Default)]
pub(super) struct Asked {
    open: BTreeMap<(TaskId, Question), u32>,
}
impl Asked {
    pub(super) fn ask(&mut self, task: TaskId, question: Question) {
        *self.open.entry((task, question)).or_default() += 1;
    }
    pub(super) fn waits(&self, task: TaskId, question: Question) -> bool {
        self.open.contains_key(&(task, question))
    }
    /// Whether an answer of this kind is still to come, whatever the task.
    pub(super) fn any(&self, question: Question) -> bool {
        self.open.keys().any(|(_, open)| *open == question)
    }
    /// Takes note of an answer and says whether it is the one to the latest question.
    pub(super) fn answered(&mut self, task: TaskId, question: Question) -> bool {
        let Some(count) = self.open.get_mut(&(task, question)) else { return false };
        *count -= 1;
        let latest = *count == 0;
        if latest {
            self.open.remove(&(task, question));
        }
        latest
    }
}
