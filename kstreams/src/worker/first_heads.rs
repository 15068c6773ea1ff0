//! The start: where a topology has repartition topics, nothing is processed until each source partition of the first tasks has shown its first record
//! or its end. Else tasks whose partitions are fetched first would run ahead of the others by as much as a fetch takes, which in a backlog is hours of
//! event time, and windows downstream would close over records that only wait to be fetched.
use super::{
    Now,
    engine::Engine,
    runs::Runs,
    slot::{Phase, Slot},
};

/// Whether the first heads are still waited for, and how long.
pub(super) enum FirstHeads {
    /// No task is here yet.
    Unasked,
    /// Until this monotonic time at most.
    Until(i64),
    Over,
}
impl<T> Slot<T> {
    /// A quarantined task shows nothing, and its neighbours go on.
    fn has_shown_its_heads(&self) -> bool {
        match self.phase {
            Phase::Running { .. } => self.sources.iter().all(|source| source.shown),
            Phase::Quarantined => true,
            _ => false,
        }
    }
}
impl<T: Runs> Engine<T> {
    /// Until when nothing is processed, monotonic; `None` when all has been seen, or was waited for long enough.
    pub(super) fn waits_for_first_heads(&mut self, now: Now) -> Option<i64> {
        let until = match self.first_heads {
            FirstHeads::Over => return None,
            FirstHeads::Until(until) => until,
            FirstHeads::Unasked if self.slots.is_empty() => return None,
            FirstHeads::Unasked => now.monotonic.saturating_add(self.settings.first_heads_ms),
        };
        let is_over = !self.coming.may_come() || now.monotonic >= until || self.slots.values().all(Slot::has_shown_its_heads);
        self.first_heads = if is_over { FirstHeads::Over } else { FirstHeads::Until(until) };
        (!is_over).then_some(until)
    }
}
