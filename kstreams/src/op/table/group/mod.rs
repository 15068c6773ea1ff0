//! `group_by` of a table: its rows under another key, through a repartition topic that carries what each row was and is.
mod aggregate;
mod delta;

use crate::{
    Key, Keyed, Placed, Record, Stream, Table,
    codec::KeptAs,
    op::{
        Change, Flow, PushChange, Scope, Target,
        place::{below, repartition_topic},
    },
    plan::{
        NodeId, NodeKind,
        recorder::{self, At, Draft},
    },
};
use delta::Delta;
use std::sync::Arc;

/// Rows of a table under another key: what enters is added, what leaves is taken out.
#[must_use = "add an aggregation such as `.count(\"store-name\")`"]
pub struct GroupedTable<S, V> {
    deltas: Stream<S, Delta<V>>,
}

/// A value to be sent: the row's own, or one made for it.
enum Sent<'a, R> {
    Own(&'a R),
    Made(R),
}
impl<R> Sent<'_, R> {
    fn value(&self) -> &R {
        match self {
            Sent::Own(value) => value,
            Sent::Made(value) => value,
        }
    }
}
/// Sends what a row was to its old group and what it is to its new one; in one record if that is the same (KIP-904).
struct Regroup<F> {
    node: NodeId,
    select: F,
    target: Target,
}
impl<K, V, L, R, F> PushChange<K, V> for Regroup<F>
where
    L: Key,
    R: Record,
    F: for<'a> Fn(&K, &'a V) -> (L, Sent<'a, R>),
{
    fn push(&mut self, change: Change<'_, K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        // What is grouped is what the rows are now.
        if !change.is_latest {
            scope.dropped.late += 1;
            return Ok(());
        }
        let select = |value| (self.select)(change.key, value);
        let (old, new) = (change.old.map(select), change.new.map(select));
        match (old, new) {
            (Some((from, old)), Some((to, new))) if is_same(&from, &to)? => self.send(&to, Some(old), Some(new), &change, scope),
            (old, new) => {
                old.map_or(Ok(()), |(from, old)| self.send(&from, Some(old), None, &change, scope))?;
                new.map_or(Ok(()), |(to, new)| self.send(&to, None, Some(new), &change, scope))
            }
        }
    }
}
impl<F> Regroup<F> {
    fn send<K, V, L: Key, R: Record>(
        &self,
        key: &L,
        old: Option<Sent<'_, R>>,
        new: Option<Sent<'_, R>>,
        change: &Change<'_, K, V>,
        scope: &mut Scope,
    ) -> Flow {
        scope.produce(&self.target, change.time, change.headers.clone(), |w| {
            w.key(key)?;
            w.value(|out| delta::encode(old.as_ref().map(Sent::value), new.as_ref().map(Sent::value), out))
        })
    }
}
fn is_same<L: Key>(a: &L, b: &L) -> crate::Result<bool> {
    let (mut left, mut right) = (vec![], vec![]);
    a.encode(&mut left)?;
    b.encode(&mut right)?;
    Ok(left == right)
}

impl<S: Keyed, V: 'static, M: 'static> Table<S, V, M> {
    /// Groups the rows by another key, keeping count and partitioner; moves them through `<application id>-<name>-repartition` (Kafka Streams:
    /// `KTable.groupBy`). An aggregation follows, with a function that adds a row and one that takes it out again. Kafka Streams skips rows that are
    /// null; here rows are no `Option`: what is missing is left out by `.filter(..)` before, or said by a value.
    ///
    /// ```
    /// use kstreams::prelude::*;
    /// let b = Topology::builder("towns");
    /// let homes = b.table(named::<Space<String, 1>, String>("homes"));
    /// homes.group_by("by-town", |town| town.clone()).count("people").to_stream().to(named::<Space<String, 1>, Option<u64>>("people"));
    /// let mut driver = TestDriver::new(b.build(()));
    /// for (who, town) in [("ann", "Rome"), ("bob", "Rome"), ("ann", "Oslo")] {
    ///     driver.input(named::<Space<String, 1>, String>("homes")).send(who.to_string(), town.to_string());
    /// }
    /// // Ann leaves Rome before she comes to Oslo
    /// assert_eq!(driver.output(named::<Space<String, 1>, Option<u64>>("people")).values(), [Some(1), Some(2), Some(1), Some(1)]);
    /// ```
    #[doc(alias = "groupBy")]
    #[track_caller]
    pub fn group_by<K, T, F>(self, name: &'static str, key: F) -> GroupedTable<T, V>
    where
        S: Placed<With<K> = T>,
        K: Key,
        T: Placed<Key = K>,
        V: Record<Present: KeptAs<V>>,
        F: Fn(&V) -> K + Send + Sync + 'static,
    {
        let (key, here) = (Arc::new(key), self.at);
        regrouped::<S, V, M, T, V, _>(self, "group_by", name, Some(here), recorder::path_of::<F>(), move |_, value| {
            (key(value), Sent::Own(value))
        })
    }
    /// [`Table::group_by`] into another space, with another value.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let numbers = b.table(Numbers);
    /// let all = numbers.group_into::<Single, u64>("all", |_key, n| (All, *n));
    /// all.reduce("total", |sum, n| *sum += n, |sum, n| *sum -= n).to_stream().present().select_key(|_| "total".to_string()).to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).send("a".into(), 3).send("b".into(), 4).send("a".into(), 1);
    /// // what `a` was is taken out before what it is is added
    /// assert_eq!(driver.output(Sums).values(), [3, 7, 5]);
    /// ```
    #[track_caller]
    pub fn group_into<To, R>(
        self,
        name: &'static str,
        f: impl Fn(&S::Key, &V) -> (To::Key, R) + Send + Sync + 'static,
    ) -> GroupedTable<To, R>
    where
        To: Placed,
        R: Record<Present: KeptAs<R>>,
    {
        let (function, f) = (recorder::path_of_val(&f), Arc::new(f));
        regrouped::<S, V, M, To, R, _>(self, "group_into", name, None, function, move |key, value| {
            let (key, value) = f(key, value);
            (key, Sent::Made(value))
        })
    }
}
#[track_caller]
fn regrouped<S, V, M, To, R, F>(
    table: Table<S, V, M>,
    operator: &'static str,
    name: &'static str,
    follows: Option<At>,
    function: Option<&'static str>,
    select: F,
) -> GroupedTable<To, R>
where
    S: Keyed,
    V: 'static,
    M: 'static,
    To: Placed,
    R: Record,
    F: for<'a> Fn(&S::Key, &'a V) -> (To::Key, Sent<'a, R>) + Clone + Send + Sync + 'static,
{
    let recording = table.at.recording();
    let topic = repartition_topic::<To, Delta<R>>(recording, operator, name, follows);
    let draft = Draft { kind: NodeKind::Sink(topic), ..Draft::operator(operator).label(format!("{name}-sink")) };
    let at = recorder::add(recording, draft, &[table.at], Box::new(()));
    recorder::takes(at, function);
    let sink = at.node();
    recorder::want_old(table.at);
    table.read_by(move |a| Box::new(Regroup { node: sink, select: select.clone(), target: a.target::<To>(topic) }));
    GroupedTable { deltas: below(recording, name, topic) }
}
