//! `suppress`: holds changes of a table back, by a rule.
mod held;

use crate::{
    Key, Placed, Plain, Record, Rule, Suppression, Table,
    codec::KeptAs,
    dsl::StoreDraft,
    op::{
        Between, Change, Failure, Flow, NextChange, PushChange, Row, Scope, View, either_keys,
        idle::{self, Clocked},
    },
    plan::{
        NodeId, StoreKind,
        recorder::{self, Draft, Old},
    },
    record::millis_of,
    state::Stored,
};
use held::Held;
use std::{cell::RefCell, collections::BTreeMap, ops::Bound, rc::Rc};

type Buffer<K, V> = Rc<RefCell<Stored<K, Held<V>>>>;

/// Keeps each key's last change until its time has come (`KTableSuppressProcessorSupplier`). The buffer is a store with a changelog like any
/// other; the order in which keys go on is made from it.
struct Suppress<K, V> {
    node: NodeId,
    rule: Rule,
    /// How far stream time must be behind the time that a key waits by.
    wait_ms: i64,
    buffer: Buffer<K, V>,
    /// By waiting time, then key bytes: key and size in bytes. `None`: not read from the store yet.
    order: Option<BTreeMap<(i64, Vec<u8>), (K, u64)>>,
    bytes: u64,
    /// Largest timestamp that this operator has seen; −1 after a restart, as in Kafka Streams.
    seen: i64,
    sends_old: bool,
    next: NextChange<K, V>,
}
impl<K: Key, V: Record> PushChange<K, V> for Suppress<K, V> {
    fn push(&mut self, change: Change<'_, K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        self.seen = self.seen.max(change.time.0);
        self.with_order(|suppress, order| {
            suppress.hold(change, order)?;
            suppress.let_go(order, scope)
        })
    }
}
impl<K: Key, V: Record> Clocked for Suppress<K, V> {
    /// After a restart: the time of the latest change that is held back.
    fn clock(&mut self) -> Result<i64, Box<Failure>> {
        let rows = self.buffer.borrow().rows(Bound::Unbounded, Bound::Unbounded)?;
        Ok(rows.into_iter().map(|(_, held, _)| held.time.0).fold(self.seen, i64::max))
    }
    fn advance(&mut self, to: i64, scope: &mut Scope) -> Flow {
        self.seen = self.seen.max(to);
        self.with_order(|suppress, order| suppress.let_go(order, scope))
    }
}
type Order<K> = BTreeMap<(i64, Vec<u8>), (K, u64)>;
impl<K: Key, V: Record> Suppress<K, V> {
    fn with_order(&mut self, work: impl FnOnce(&mut Self, &mut Order<K>) -> Flow) -> Flow {
        let mut order = match self.order.take() {
            Some(order) => order,
            None => self.read()?,
        };
        let done = work(self, &mut order);
        self.order = Some(order);
        done
    }
    /// What has been held back since before the task was opened.
    fn read(&mut self) -> Result<Order<K>, Box<Failure>> {
        let mut order = BTreeMap::new();
        for (key, held, _) in self.buffer.borrow().rows(Bound::Unbounded, Bound::Unbounded)? {
            let (bytes, size) = (bytes_of(&key)?, self.size(&held)?);
            order.insert((held.since, bytes), (key.sized(held.window()), size));
            self.bytes += size;
        }
        Ok(order)
    }
    /// Bytes are counted only where they are limited.
    fn size(&self, held: &Held<V>) -> crate::Result<u64> {
        let mut bytes = vec![];
        if self.rule.limits.bytes.is_some() {
            held.encode(&mut bytes)?;
        }
        Ok(bytes.len() as u64)
    }
    fn hold(&mut self, change: Change<'_, K, V>, order: &mut Order<K>) -> Flow {
        let bytes = bytes_of(change.key)?;
        let before = self.buffer.borrow_mut().get(change.key)?.map(|(held, _)| held);
        let held = self.held(change, before.as_deref())?;
        let size = self.size(&held)?;
        let replaced = order.insert((held.since, bytes), (change.key.clone(), size));
        self.bytes = self.bytes + size - replaced.map_or(0, |(_, size)| size);
        self.buffer.borrow_mut().replace(change.key, Some(Rc::new(held)), change.time.0, false)?;
        Ok(())
    }
    /// The last change wins; a key waits by its first.
    fn held(&self, change: Change<'_, K, V>, before: Option<&Held<V>>) -> crate::Result<Held<V>> {
        let copy = |value: Option<&V>| value.map(V::duplicate).transpose();
        Ok(Held {
            since: before.map_or_else(|| self.waits_by(change), |held| held.since),
            time: change.time,
            new: copy(change.new)?,
            old: copy(change.old)?,
            prior: copy(before.map_or(change.old, |held| held.prior.as_ref()))?,
            headers: change.headers.clone(),
            window_ms: window_ms(change.key),
        })
    }
    fn waits_by(&self, change: Change<'_, K, V>) -> i64 {
        match self.rule.limit {
            Some(_) => change.time.0,
            None => change.key.window_end().unwrap_or(change.time.0),
        }
    }
    /// Hands on what has waited long enough, and what is too much.
    fn let_go(&mut self, order: &mut Order<K>, scope: &mut Scope) -> Flow {
        let due = self.seen.saturating_sub(self.wait_ms);
        while order.first_key_value().is_some_and(|((since, _), _)| *since <= due) {
            self.hand_on_first(order, scope)?;
        }
        while self.is_full(order) {
            if self.rule.limits.shut_down {
                return Err(Box::new(Failure::Full(self.fullness(order))));
            }
            self.hand_on_first(order, scope)?;
        }
        Ok(())
    }
    fn is_full(&self, order: &Order<K>) -> bool {
        let limits = self.rule.limits;
        limits.records.is_some_and(|max| order.len() as u64 > max) || limits.bytes.is_some_and(|max| self.bytes > max)
    }
    fn fullness(&self, order: &Order<K>) -> String {
        format!(
            "{} keys of {} bytes are held back, which is more than its limits allow: raise `.max_records(n)` or `.max_bytes(n)`, shorten the grace of the windows, or add partitions",
            order.len(),
            self.bytes
        )
    }
    fn hand_on_first(&mut self, order: &mut Order<K>, scope: &mut Scope) -> Flow {
        let Some((_, (key, size))) = order.pop_first() else { return Ok(()) };
        self.bytes -= size;
        let Some((held, _)) = self.buffer.borrow_mut().get(&key)? else { return Ok(()) };
        self.buffer.borrow_mut().replace(&key, None, held.time.0, false)?;
        // A window that was deleted before it closed never had a result.
        if held.new.is_none() && self.rule.limit.is_none() {
            return Ok(());
        }
        let old = held.old.as_ref().filter(|_| self.sends_old);
        let (time, headers) = (held.time, &held.headers);
        self.next.push(Change { key: &key, new: held.new.as_ref(), old, is_latest: true, time, headers }, scope)
    }
}
fn bytes_of<K: Key>(key: &K) -> crate::Result<Vec<u8>> {
    let mut bytes = vec![];
    key.encode(&mut bytes)?;
    Ok(bytes)
}
fn window_ms<K: Key>(key: &K) -> i64 {
    key.window_end().zip(key.window_start()).map_or(0, |(end, start)| end - start)
}

/// A key that is held back is what it was before; any other is looked up above.
struct SuppressedView<K, V> {
    buffer: Buffer<K, V>,
    above: Box<dyn View<K, V>>,
}
impl<K: Key, V: Record> View<K, V> for SuppressedView<K, V> {
    fn get(&mut self, key: &K, scope: &mut Scope) -> Result<Row<V>, Box<Failure>> {
        match self.buffer.borrow_mut().get(key)? {
            Some((held, _)) => Ok(held.prior.as_ref().map(V::duplicate).transpose()?.map(|prior| (Rc::new(prior), -1))),
            None => self.above.get(key, scope),
        }
    }
    /// What is held back may be deleted above and still be there below.
    fn keys(&mut self, between: Between<'_, K>) -> Result<Vec<K>, Box<Failure>> {
        let held = self.buffer.borrow().rows(between.0, between.1)?;
        let held = held.into_iter().map(|(key, held, _)| key.sized(held.window())).collect();
        either_keys(self.above.keys(between)?, held).map_err(Into::into)
    }
}

impl<S: Placed, V: 'static, M: 'static> Table<S, V, M> {
    /// Holds changes back by a rule, in a buffer with the changelog `<application id>-<name>-changelog` (Kafka Streams: `suppress`).
    ///
    /// `until_window_closes()` gives each window's result once; `until_time_limit(d)` thins a key's changes out. Time is that of the records:
    /// without input nothing goes on, unless the rule says `.or_idle_for(d)`. What goes on has the time and the headers of the last change.
    ///
    /// ```
    /// use kstreams::prelude::*;
    /// let b = Topology::builder("hourly");
    /// let clicks = b.stream(named::<Space<String, 1>, String>("clicks"));
    /// let counts = clicks.windowed_by(tumbling(hours(1))).count("counts").suppress("finals", until_window_closes());
    /// counts.to_stream().unwindow::<Space<String, 1>>().to(named::<Space<String, 1>, Option<u64>>("out"));
    /// let mut driver = TestDriver::new(b.build(()));
    /// for minute in [1, 20, 59, 60] {
    ///     driver.input(named::<Space<String, 1>, String>("clicks")).at(minute * 60_000).send("ann".to_string(), "/".to_string());
    /// }
    /// assert_eq!(driver.output(named::<Space<String, 1>, Option<u64>>("out")).values(), [Some(3)]);
    /// ```
    #[track_caller]
    pub fn suppress<R: Suppression<S>>(self, name: &'static str, rule: R) -> Table<S, V>
    where
        M: HoldsBack,
        V: Record<Present: KeptAs<V>>,
    {
        let rule = rule.rule();
        let recording = self.at.recording();
        let store = StoreDraft::named(name).ordered().typed::<S::Key, Held<V>>(StoreKind::KeyValue).add(recording);
        let above = self.at.node();
        let draft = Draft::operator("suppress").label(name.to_owned()).stores(vec![store]);
        let table = Table::add(recording, draft, &[self.at], Old::Derived, move |_, a| {
            Box::new(SuppressedView { buffer: a.store::<S::Key, Held<V>>(store), above: a.view(above) })
        });
        // The view of a key that is held back needs to know what it was.
        recorder::want_old(self.at);
        let wait_ms = rule.limit.map_or_else(|| recorder::closes_after(self.at, name), millis_of);
        let node = table.at.node();
        self.read_by(move |a| {
            let (buffer, sends_old, next) = (a.store(store), a.sends_old(node), a.next_change(node));
            let suppress = Suppress { node, rule, wait_ms, buffer, order: None, bytes: 0, seen: -1, sends_old, next };
            idle::table(node, suppress, rule.idle, a)
        });
        table
    }
}
/// Tables whose changes are all about what a key is now.
#[diagnostic::on_unimplemented(
    message = "a versioned table cannot be suppressed: its changes are also about what its keys once were",
    label = "this table is versioned",
    note = "keep it in a plain store first: `.materialize(\"name\").suppress(..)`"
)]
pub trait HoldsBack {}
impl HoldsBack for Plain {}
