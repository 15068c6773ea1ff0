//! Operators that wait for event time go on by the wall clock when their input idles: without records event time stands still, and the last
//! windows would wait for the next one. Opt-in, because records that come after the pause are judged by the clock that has moved.
use super::{Assembly, Change, Failure, Flow, Next, NextChange, Push, PushChange, RunningProcessor, Scope, timers::Clock};
use crate::{Message, op::timers::TimerId, plan::NodeId, record::millis_of};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

/// An operator with a clock that waits.
pub(crate) trait Clocked {
    /// What its clock shows, or what its rows tell of it if nothing came since the task was opened; negative: nothing ever came.
    fn clock(&mut self) -> Result<i64, Box<Failure>>;
    /// Moves the clock on and hands on what is due.
    fn advance(&mut self, to: i64, scope: &mut Scope) -> Flow;
}

/// Notes when records come.
struct Noted<P> {
    operator: Rc<RefCell<P>>,
    last: Rc<Cell<i64>>,
}
impl<K, V, P: Push<K, V>> Push<K, V> for Noted<P> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        self.last.set(scope.wall_time);
        self.operator.borrow_mut().push(record, scope)
    }
}
impl<K, V, P: PushChange<K, V>> PushChange<K, V> for Noted<P> {
    fn push(&mut self, change: Change<'_, K, V>, scope: &mut Scope) -> Flow {
        self.last.set(scope.wall_time);
        self.operator.borrow_mut().push(change, scope)
    }
}

/// Looks every `after_ms` of wall time whether records came.
struct Watch<P> {
    node: NodeId,
    /// Its number among the task's processors: timers carry it.
    number: u32,
    after_ms: i64,
    operator: Rc<RefCell<P>>,
    /// Wall time of the last record, or of the start.
    last: Rc<Cell<i64>>,
    /// `last`, and what the operator's clock showed then.
    base: Option<(i64, i64)>,
}
impl<P: Clocked> Watch<P> {
    /// What the clock showed when the last record had come.
    fn base(&mut self) -> Result<i64, Box<Failure>> {
        if let Some((_, clock)) = self.base.filter(|(last, _)| *last == self.last.get()) {
            return Ok(clock);
        }
        let clock = self.operator.borrow_mut().clock()?;
        self.base = Some((self.last.get(), clock));
        Ok(clock)
    }
}
impl<P: Clocked> RunningProcessor for Watch<P> {
    fn node(&self) -> NodeId {
        self.node
    }
    fn start(&mut self, scope: &mut Scope) -> Flow {
        self.last.set(scope.wall_time);
        scope.timers.processor = self.number;
        scope.timers.set(Clock::Wall, scope.wall_time.saturating_add(self.after_ms), self.after_ms);
        Ok(())
    }
    fn tick(&mut self, _: TimerId, now: i64, scope: &mut Scope) -> Flow {
        scope.node = self.node;
        let idle = now - self.last.get();
        if idle < self.after_ms {
            return Ok(());
        }
        let base = self.base()?;
        if base < 0 {
            return Ok(());
        }
        self.operator.borrow_mut().advance(base.saturating_add(idle), scope)
    }
    fn stop(&mut self) -> crate::Result<()> {
        Ok(())
    }
}

fn watched<P: Clocked + 'static>(node: NodeId, operator: P, idle: Duration, a: &mut Assembly<'_>) -> Noted<P> {
    let (operator, last, number) = (Rc::new(RefCell::new(operator)), Rc::new(Cell::new(0)), a.processors.len() as u32);
    let watch = Watch { node, number, after_ms: millis_of(idle).max(1), operator: operator.clone(), last: last.clone(), base: None };
    a.processors.push(Rc::new(RefCell::new(watch)));
    Noted { operator, last }
}
/// The operator as it takes records; with `idle`, its clock goes on when none came for so long.
pub(crate) fn stream<K, V, P>(node: NodeId, operator: P, idle: Option<Duration>, a: &mut Assembly<'_>) -> Next<K, V>
where
    P: Push<K, V> + Clocked + 'static,
{
    match idle {
        Some(idle) => Box::new(watched(node, operator, idle, a)),
        None => Box::new(operator),
    }
}
/// The same of a table's changes.
pub(crate) fn table<K, V, P>(node: NodeId, operator: P, idle: Option<Duration>, a: &mut Assembly<'_>) -> NextChange<K, V>
where
    P: PushChange<K, V> + Clocked + 'static,
{
    match idle {
        Some(idle) => Box::new(watched(node, operator, idle, a)),
        None => Box::new(operator),
    }
}
