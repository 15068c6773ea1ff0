//! Which task goes next: the one with the smallest head timestamp, so that a backlog is replayed in event-time order inside a worker (design §4).
use super::{Event, Now, engine::Engine, runs::Runs, slot::Slot};
use crate::{
    plan::TaskId,
    task::{Head, Outbox, Skipped, TaskError},
};

/// Records between two looks at the bytes of uncommitted state.
const RUN_MAX: usize = 64;

/// What the heads of all running tasks say.
struct Heads {
    /// The smallest head timestamp and its task; ties go to the smaller task id.
    first: Option<(i64, TaskId)>,
    /// The smallest head timestamp of the other tasks.
    second: i64,
    /// When a waiting head is to be looked at again, monotonic.
    look_again: i64,
}
impl Heads {
    fn none() -> Self {
        Heads { first: None, second: i64::MAX, look_again: i64::MAX }
    }
    fn add(&mut self, id: TaskId, head: Head) {
        match (head, self.first) {
            (Head::Ready(at), Some((first, _))) if at >= first => self.second = self.second.min(at),
            (Head::Ready(at), first) => {
                self.second = first.map_or(self.second, |(first, _)| first);
                self.first = Some((at, id));
            }
            (Head::Waiting(at), _) => self.look_again = self.look_again.min(at),
            (Head::Empty, _) => {}
        }
    }
}

/// What a step leaves to do.
pub(super) enum Rest {
    /// Records wait that may be processed at once.
    Work,
    /// Nothing to process before this monotonic time or the next input.
    Until(i64),
}

/// How a run of one task's records ended.
enum Run {
    Done(usize),
    Failed(TaskError, usize),
}

impl<T: Runs> Engine<T> {
    /// Processes up to `records_per_step` records.
    pub(super) fn process(&mut self, now: Now) -> Rest {
        let mut left = self.settings.records_per_step;
        loop {
            if !self.may_process(now) {
                return Rest::Until(i64::MAX);
            }
            if let Some(until) = self.waits_for_first_heads(now) {
                return Rest::Until(until);
            }
            let heads = self.heads(now);
            let Some((at, id)) = heads.first else { return Rest::Until(heads.look_again) };
            let (coming, wait) = self.earliest_coming(now).unwrap_or((i64::MAX, i64::MAX));
            let slack = self.settings.choice_slack_ms;
            if at > coming.saturating_add(slack) {
                return Rest::Until(wait.min(heads.look_again));
            }
            if left == 0 {
                return Rest::Work;
            }
            let until = heads.second.min(coming).saturating_add(slack);
            left -= self.run_task(now, id, until, left.min(RUN_MAX));
        }
    }

    /// Not while the producer is busy or tasks leave, not above a limit, not in the pause after repeated aborts.
    fn may_process(&self, now: Now) -> bool {
        self.is_idle()
            && self.leaving.is_empty()
            && now.monotonic >= self.schedule.held_until
            && self.open_bytes() < self.settings.open_state_bytes
            && !self.writers_lag()
    }

    pub(super) fn open_bytes(&self) -> usize {
        self.running().map(|(_, task)| task.open_bytes()).sum()
    }

    /// Looks at every running task's head. A task that fails over it is closed and the others are looked at.
    fn heads(&mut self, now: Now) -> Heads {
        let mut heads = Heads::none();
        let mut failed = None;
        for (id, slot) in &mut self.slots {
            let Some(task) = slot.running_mut() else { continue };
            let mark = self.outbox.len();
            match task.head(now, &mut self.outbox) {
                Ok(head) => heads.add(*id, head),
                Err(error) => failed = failed.or(Some((*id, error, mark))),
            }
        }
        match failed {
            None => heads,
            Some((id, error, mark)) => {
                self.task_failed(now, id, error, mark);
                if self.is_idle() { self.heads(now) } else { Heads::none() }
            }
        }
    }

    /// Takes records of one task while its head is not later than `until`. Answers how many.
    fn run_task(&mut self, now: Now, id: TaskId, until: i64, max: usize) -> usize {
        let mark = self.outbox.len();
        // Of a run, not of a record: what user code logs says whose it is.
        let _span = tracing::info_span!("task", task_id = %id).entered();
        let Some(slot) = self.slots.get_mut(&id) else { return max };
        match run_slot(slot, now, &mut self.outbox, until, max) {
            Run::Done(count) => count,
            Run::Failed(error, count) => {
                self.task_failed(now, id, error, mark);
                count
            }
        }
    }

    /// Fires the wall-clock timers that are due.
    pub(super) fn punctuate(&mut self, now: Now) {
        for id in self.running_where(|task| task.next_timer().is_some_and(|at| at <= now.wall)) {
            if self.may_process(now) {
                self.call(now, id, T::punctuate);
            }
        }
    }

    /// Bad records that the policy let pass become events.
    pub(super) fn tell_skipped(&mut self) {
        let mut skipped = Vec::new();
        for (id, slot) in &mut self.slots {
            let Some(task) = slot.running_mut() else { continue };
            skipped.extend(task.take_skipped().into_iter().map(|skip| bad_record(*id, skip)));
            self.schedule.commit_requested |= task.take_commit_request();
        }
        skipped.into_iter().for_each(|event| self.tell(event));
    }

    /// When the next step has something to do.
    pub(super) fn wake_after(&self, now: Now, rest: Rest) -> i64 {
        let retries = self.slots.values().filter_map(|slot| slot.tries.at).min().unwrap_or(i64::MAX);
        if !self.is_idle() {
            return retries;
        }
        let rest = match rest {
            Rest::Work => now.monotonic,
            Rest::Until(at) => at,
        };
        let held = if self.schedule.held_until > now.monotonic { self.schedule.held_until } else { i64::MAX };
        retries.min(rest).min(held).min(self.next_timer(now)).min(self.next_commit(now))
    }

    /// Monotonic time of the next wall-clock timer.
    fn next_timer(&self, now: Now) -> i64 {
        if !self.may_process(now) {
            return i64::MAX;
        }
        let wall = self.running().filter_map(|(_, task)| task.next_timer()).min();
        wall.map_or(i64::MAX, |at| now.monotonic.saturating_add(at.saturating_sub(now.wall).max(0)))
    }
}

fn bad_record(task: TaskId, skipped: Skipped) -> Event {
    let Skipped { topic, partition, offset, operator, reason, dead_letter } = skipped;
    Event::BadRecord { task, topic, partition, offset, operator, reason, dead_letter }
}

/// The inner loop: one task's records, in order.
fn run_slot<T: Runs>(slot: &mut Slot<T>, now: Now, outbox: &mut Outbox, until: i64, max: usize) -> Run {
    let Some(task) = slot.running_mut() else { return Run::Done(max) };
    for count in 1..=max {
        if let Err(error) = task.process(now, outbox) {
            return Run::Failed(error, count);
        }
        match task.head(now, outbox) {
            Ok(Head::Ready(at)) if at <= until => {}
            Ok(_) => return Run::Done(count),
            Err(error) => return Run::Failed(error, count),
        }
    }
    Run::Done(max)
}
