//! Running: which record comes next, pushing it, timers. User code runs only here and in the commit walk; its panics stop at the task.
use super::{Head, Task, TaskError, fault};
use crate::{
    op::{Clock, Failure, Flow, Scope},
    plan::NodeId,
    task::Outbox,
    worker::Now,
};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs user code with the outbox at hand; a panic becomes the text of a failure.
pub(super) fn guarded(
    scope: &mut Scope,
    now: Now,
    outbox: &mut Outbox,
    code: impl FnOnce(&mut Scope) -> Flow,
) -> Result<(), (NodeId, Stop)> {
    std::mem::swap(&mut scope.outbox, outbox);
    scope.wall_time = now.wall;
    let answer = catch_unwind(AssertUnwindSafe(|| code(scope)));
    std::mem::swap(&mut scope.outbox, outbox);
    match answer {
        Ok(Ok(())) => Ok(()),
        Ok(Err(failure)) => Err((scope.node, Stop::Failure(*failure))),
        Err(panic) => Err((scope.node, Stop::Panic(fault::panic_text(&*panic)))),
    }
}

impl Task {
    /// Runs the processors' `start`; restore is over.
    pub(crate) fn start(&mut self, now: Now, outbox: &mut Outbox) -> Result<(), TaskError> {
        if let Some(error) = self.unreadable() {
            return Err(error);
        }
        let (processors, before) = (&self.processors, outbox.len());
        self.started = true;
        let started = guarded(&mut self.scope, now, outbox, |scope| processors.iter().try_for_each(|p| p.borrow_mut().start(scope)));
        self.touched = (outbox.len() > before).then_some(now.monotonic);
        started.map_err(|(node, stop)| self.stopped(node, &stop, "in its `start`"))
    }
    /// May decode the heads of queues; a head that cannot be decoded is dealt with by policy (skipped ones are gone, see `take_skipped`).
    pub(crate) fn head(&mut self, now: Now, outbox: &mut Outbox) -> Result<Head, TaskError> {
        let mut smallest: Option<i64> = None;
        for queue in 0..self.queues.len() {
            if let Some(time) = self.load(queue, now, outbox)? {
                smallest = Some(smallest.map_or(time, |s| s.min(time)));
            }
        }
        let Some(time) = smallest else { return Ok(Head::Empty) };
        Ok(self.wait_until(now).map_or(Head::Ready(time), Head::Waiting))
    }
    /// Decodes the head of a queue, past bad ones as far as the policy lets.
    fn load(&mut self, queue: usize, now: Now, outbox: &mut Outbox) -> Result<Option<i64>, TaskError> {
        if let Some(time) = self.queues[queue].head {
            return Ok(Some(time));
        }
        let max_time = self.latest_time(now);
        loop {
            match catch_unwind(AssertUnwindSafe(|| self.queues[queue].load(max_time))) {
                Ok(Ok(time)) => return Ok(time),
                Ok(Err(bad)) => self.bad_head(queue, &bad.error, now, outbox)?,
                Err(panic) => self.bad_head(queue, &fault::panic_text(&*panic), now, outbox)?,
            }
        }
    }
    /// The largest event time that a record may have.
    pub(super) fn latest_time(&self, now: Now) -> i64 {
        self.max_future_ms.map_or(i64::MAX, |ahead| now.wall.saturating_add(ahead))
    }
    /// Notes that there is something to commit.
    pub(super) fn touch(&mut self, now: Now) {
        self.touched.get_or_insert(now.monotonic);
    }
    fn bad_head(&mut self, queue: usize, error: &dyn std::fmt::Display, now: Now, outbox: &mut Outbox) -> Result<(), TaskError> {
        self.touch(now);
        let topic = self.queues[queue].topic;
        let reads = |n: &crate::plan::Node| matches!(&n.kind, crate::plan::NodeKind::Source(t) if t.iter().any(|t| t.0 == topic.0));
        let operator = self.blueprint.plan().nodes.iter().find(|n| reads(n)).map_or("source", |n| &n.label).to_owned();
        self.bad_record(queue, fault::Fault { operator, reason: error.to_string() }, outbox)
    }
    /// Until when an empty partition must be waited for; `None`: no longer.
    fn wait_until(&mut self, now: Now) -> Option<i64> {
        if self.max_idle_ms < 0 {
            return None;
        }
        let idle = self.max_idle_ms;
        let mut until: Option<i64> = None;
        for queue in self.queues.iter_mut().filter(|q| q.is_empty()) {
            if queue.empty_since < 0 {
                queue.empty_since = now.monotonic;
            }
            let waits = if queue.at_end && !queue.held { queue.empty_since.saturating_add(idle) } else { i64::MAX };
            if waits > now.monotonic {
                until = Some(until.map_or(waits, |u| u.max(waits)));
            }
        }
        until
    }
    /// Takes the record with the smallest timestamp, pushes it through the operators, fires stream-time timers.
    pub(crate) fn process(&mut self, now: Now, outbox: &mut Outbox) -> Result<(), TaskError> {
        let heads = self.queues.iter().enumerate().filter_map(|(i, q)| q.head.map(|time| (time, i)));
        let Some((time, queue)) = heads.min() else { return Ok(()) };
        self.touch(now);
        let (scope, head) = (&mut self.scope, &mut self.queues[queue]);
        scope.stream_time = scope.stream_time.max(time);
        match guarded(scope, now, outbox, |scope| head.push(scope)) {
            Ok(()) => {
                self.queues[queue].advance();
                self.taken += 1;
            }
            Err((_, Stop::Failure(failure))) if fault::is_store(&failure) => return Err(fault::store_error(self.id, &failure)),
            Err((node, Stop::Failure(failure @ Failure::Full(_)))) => {
                return Err(self.fault_at(node, &failure).filled(self.queues[queue].origin()));
            }
            Err((node, Stop::Failure(failure))) => {
                let fault = self.fault_at(node, &failure);
                self.bad_record(queue, fault, outbox)?;
            }
            Err((node, Stop::Panic(text))) => {
                self.queues[queue].recover(&mut self.scope);
                return Err(self.fault_at(node, &text).panicked(self.queues[queue].origin()));
            }
        }
        self.fire(Clock::Stream, self.scope.stream_time, now, outbox)
    }
    /// Fires wall-clock timers that are due.
    pub(crate) fn punctuate(&mut self, now: Now, outbox: &mut Outbox) -> Result<(), TaskError> {
        self.fire(Clock::Wall, now.wall, now, outbox)
    }
    fn fire(&mut self, clock: Clock, time: i64, now: Now, outbox: &mut Outbox) -> Result<(), TaskError> {
        while let Some((processor, timer)) = self.scope.timers.due(clock, time) {
            let Some(processor) = self.processors.get(processor as usize) else { continue };
            self.touched.get_or_insert(now.monotonic);
            let ticked = guarded(&mut self.scope, now, outbox, |scope| processor.borrow_mut().tick(timer, time, scope));
            ticked.map_err(|(node, stop)| self.stopped(node, &stop, &format!("in a timer at {time}")))?;
        }
        Ok(())
    }
    /// The error of user code that no record is to blame for.
    pub(super) fn stopped(&self, node: NodeId, stop: &Stop, when: &str) -> TaskError {
        match stop {
            Stop::Failure(failure) if fault::is_store(failure) => fault::store_error(self.id, failure),
            Stop::Failure(failure) => {
                fault::record_error(format!("operator `{}` of task {} failed {when}: {failure}", self.label(node), self.id))
            }
            Stop::Panic(text) => fault::record_error(format!("operator `{}` of task {} failed {when}: {text}", self.label(node), self.id)),
        }
    }
}
/// Why user code stopped.
pub(super) enum Stop {
    Failure(Failure),
    Panic(String),
}
