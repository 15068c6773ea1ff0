//! What a difference does to a running application: whether it rolls, what becomes of state, what is left over, and the way out.
use std::fmt;

/// What becomes of state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StateAfter {
    /// It is read as before.
    Kept,
    /// It is left behind, and built anew from what is read from now on.
    Lost,
    /// What is older than it is kept from now on goes; the rest stays.
    Trimmed,
    /// It is read as the type that it was, and becomes what the declared migration makes of it.
    Migrated,
    /// It is there, under bytes that the new program cannot read or reads as something else.
    Unreadable,
    /// It is there, in partitions where its keys are no longer looked for.
    Misplaced,
}
impl fmt::Display for StateAfter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            StateAfter::Kept => "kept",
            StateAfter::Lost => "lost",
            StateAfter::Trimmed => "trimmed",
            StateAfter::Migrated => "migrated",
            StateAfter::Unreadable => "unreadable",
            StateAfter::Misplaced => "misplaced",
        })
    }
}

/// What a difference does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Whether old and new instances can run side by side, as far as this difference goes.
    pub rolls: bool,
    /// What becomes of the state behind the name.
    pub state: StateAfter,
    /// The topic that nobody owns any more.
    pub leaves: Option<String>,
    /// `App` and `TestDriver` do not start on it.
    pub refused: bool,
    /// What to do.
    pub way_out: String,
}
impl Effect {
    /// Nothing is lost and nothing needs doing but to write the lock.
    pub(super) fn harmless(way_out: impl Into<String>) -> Effect {
        Effect { rolls: true, state: StateAfter::Kept, leaves: None, refused: false, way_out: way_out.into() }
    }
    pub(super) fn refused(state: StateAfter, way_out: impl Into<String>) -> Effect {
        Effect { rolls: false, state, leaves: None, refused: true, way_out: way_out.into() }
    }
    pub(super) fn leaving(mut self, topic: Option<String>) -> Effect {
        self.leaves = topic;
        self
    }
    pub(super) fn not_rolling(mut self) -> Effect {
        self.rolls = false;
        self
    }
}
