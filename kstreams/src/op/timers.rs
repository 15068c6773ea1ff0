//! The timers of a task's processors: one queue a clock, with Kafka Streams' grid (`PunctuationSchedule`).
use std::collections::BTreeSet;

/// Names a timer of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TimerId(pub(crate) u32);

/// Which clock a timer hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Clock {
    Stream,
    Wall,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    due: i64,
    id: TimerId,
    period: i64,
    /// The processor, by its number in the task.
    processor: u32,
}

/// All timers of a task; equal times fire in the order in which timers were set.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    stream: BTreeSet<Entry>,
    wall: BTreeSet<Entry>,
    next: u32,
    /// The processor whose code runs.
    pub(crate) processor: u32,
}
impl Timers {
    /// Sets a timer for the running processor; `first` is when it fires first.
    pub(crate) fn set(&mut self, clock: Clock, first: i64, period: i64) -> TimerId {
        let id = TimerId(self.next);
        self.next += 1;
        let entry = Entry { due: first, id, period: period.max(1), processor: self.processor };
        self.of(clock).insert(entry);
        id
    }
    pub(crate) fn cancel(&mut self, id: TimerId) {
        self.stream.retain(|e| e.id != id);
        self.wall.retain(|e| e.id != id);
    }
    fn of(&mut self, clock: Clock) -> &mut BTreeSet<Entry> {
        match clock {
            Clock::Stream => &mut self.stream,
            Clock::Wall => &mut self.wall,
        }
    }
    /// Takes the next timer that is due and puts it back at its next slot of the grid: after a gap it fires once.
    pub(crate) fn due(&mut self, clock: Clock, now: i64) -> Option<(u32, TimerId)> {
        let set = self.of(clock);
        let entry = *set.first().filter(|e| e.due <= now)?;
        set.remove(&entry);
        let missed = (now - entry.due) / entry.period;
        set.insert(Entry { due: entry.due + (missed + 1) * entry.period, ..entry });
        Some((entry.processor, entry.id))
    }
    /// When the next wall-clock timer is due.
    pub(crate) fn next_wall(&self) -> Option<i64> {
        self.wall.first().map(|e| e.due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timer_fires_once_after_a_gap_and_stays_on_its_grid() {
        let mut timers = Timers::default();
        timers.set(Clock::Stream, 0, 10);
        let fired: Vec<i64> = [20, 142, 155, 160].into_iter().filter(|now| timers.due(Clock::Stream, *now).is_some()).collect();
        assert_eq!(fired, [20, 142, 155, 160]);
        assert_eq!(timers.due(Clock::Stream, 169), None);
    }
}
