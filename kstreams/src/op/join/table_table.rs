//! Joins of two tables by their keys: a table of pairs, changed from both sides.
use super::{JoinsAtOnce, RightOf, TableSide};
use crate::{
    Keyed, Table, Timestamp, TopicKey,
    op::{Assembly, Between, Change, Failure, Flow, NextChange, PushChange, Row, Scope, Shared, View, either_keys},
    plan::{
        NodeId,
        recorder::{self, At, Draft, Old},
    },
};
use std::{marker::PhantomData, rc::Rc, sync::Arc};

/// Combines what the two sides of a key are; `None` where the kind of join gives no result.
type Join<V, W, R> = Arc<dyn Fn(Option<&V>, Option<&W>) -> Option<R> + Send + Sync>;

/// A side of a join as its changes see it: `A` changes, `B` is looked up.
struct Side<K, A, B, R, J> {
    node: NodeId,
    join: J,
    /// Without a row on the other side a change gives nothing, not even a delete.
    needs_other: bool,
    sends_old: bool,
    other: Box<dyn View<K, B>>,
    next: Shared<NextChange<K, R>>,
    of: PhantomData<fn(A)>,
}
impl<K, A, B, R, J: Fn(Option<&A>, Option<&B>) -> Option<R>> PushChange<K, A> for Side<K, A, B, R, J> {
    fn push(&mut self, change: Change<'_, K, A>, scope: &mut Scope) -> Flow {
        // A join is about what its sides are now.
        if !change.is_latest {
            scope.dropped.late += 1;
            return Ok(());
        }
        let other = self.other.get(change.key, scope)?;
        scope.enter(self.node);
        let (value, time) = match &other {
            Some((value, time)) => (Some(&**value), change.time.max(Timestamp(*time))),
            None if self.needs_other || (change.new.is_none() && change.old.is_none()) => return Ok(()),
            None => (None, change.time),
        };
        let new = (self.join)(change.new, value);
        let old = if self.sends_old { (self.join)(change.old, value) } else { None };
        let result = Change { new: new.as_ref(), old: old.as_ref(), time, key: change.key, is_latest: true, headers: change.headers };
        self.next.push(result, scope)
    }
}

/// Looks both sides up.
struct JoinedView<K, V, W, R> {
    node: NodeId,
    join: Join<V, W, R>,
    left: Box<dyn View<K, V>>,
    right: Box<dyn View<K, W>>,
}
impl<K: TopicKey, V, W, R> View<K, R> for JoinedView<K, V, W, R> {
    fn get(&mut self, key: &K, scope: &mut Scope) -> Result<Row<R>, Box<Failure>> {
        let left = self.left.get(key, scope)?;
        let right = self.right.get(key, scope)?;
        scope.node = self.node;
        let time = left.as_ref().map_or(-1, |(_, t)| *t).max(right.as_ref().map_or(-1, |(_, t)| *t));
        let result = (self.join)(left.as_ref().map(|(v, _)| &**v), right.as_ref().map(|(w, _)| &**w));
        Ok(result.map(|r| (Rc::new(r), time)))
    }
    fn keys(&mut self, between: Between<'_, K>) -> Result<Vec<K>, Box<Failure>> {
        either_keys(self.left.keys(between)?, self.right.keys(between)?).map_err(Into::into)
    }
}

impl<S: Keyed, V: 'static, M: 'static> Table<S, V, M> {
    /// Pairs of rows with one key (Kafka Streams: `join(KTable)`). A result's time is the larger of the two.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.table(Words);
    /// # let numbers = b.table(Numbers);
    /// words.join(numbers, |word, n| format!("{word} {n}")).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into());
    /// driver.input(Numbers).send("a".into(), 7).send("a".into(), 8);
    /// assert_eq!(driver.output(Results).values(), ["tea 7", "tea 8"]);
    /// ```
    #[track_caller]
    pub fn join<T: TableSide + RightOf<S> + JoinsAtOnce, R, F>(self, right: T, f: F) -> Table<S, R>
    where
        R: 'static,
        F: Fn(&V, &T::Value) -> R + Send + Sync + 'static,
    {
        self.joined::<F, T::Value, R>(right.side_at(), INNER, move |left, right| Some(f(left?, right?)))
    }
    /// Every left row, with the right one if there is one (Kafka Streams: `leftJoin(KTable)`).
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.table(Words);
    /// # let numbers = b.table(Numbers);
    /// words.left_join(numbers, |word, n| format!("{word} {n:?}")).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into());
    /// driver.input(Numbers).send("a".into(), 7);
    /// assert_eq!(driver.output(Results).values(), ["tea None", "tea Some(7)"]);
    /// ```
    #[track_caller]
    pub fn left_join<T: TableSide + RightOf<S> + JoinsAtOnce, R, F>(self, right: T, f: F) -> Table<S, R>
    where
        R: 'static,
        F: Fn(&V, Option<&T::Value>) -> R + Send + Sync + 'static,
    {
        self.joined::<F, T::Value, R>(right.side_at(), LEFT, move |left, right| Some(f(left?, right)))
    }
    /// Every row of either side (Kafka Streams: `outerJoin(KTable)`).
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.table(Words);
    /// # let numbers = b.table(Numbers);
    /// words.outer_join(numbers, |word, n| format!("{word:?} {n:?}")).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).send("a".into(), 7);
    /// driver.input(Words).send("a".into(), "tea".into());
    /// assert_eq!(driver.output(Results).values(), ["None Some(7)", "Some(\"tea\") Some(7)"]);
    /// ```
    #[track_caller]
    pub fn outer_join<T: TableSide + RightOf<S> + JoinsAtOnce, R, F>(self, right: T, f: F) -> Table<S, R>
    where
        R: 'static,
        F: Fn(Option<&V>, Option<&T::Value>) -> R + Send + Sync + 'static,
    {
        self.joined::<F, T::Value, R>(right.side_at(), OUTER, move |left, right| {
            (left.is_some() || right.is_some()).then(|| f(left, right))
        })
    }
    #[track_caller]
    fn joined<F: ?Sized, W: 'static, R: 'static>(
        self,
        right: At,
        kind: Kind,
        join: impl Fn(Option<&V>, Option<&W>) -> Option<R> + Send + Sync + 'static,
    ) -> Table<S, R> {
        let join: Join<V, W, R> = Arc::new(join);
        let (above, looked) = ((self.at.node(), right.node()), join.clone());
        let draft = Draft::operator(kind.operator).named_after::<F>().joining();
        let table = Table::<S, R>::add(self.at.recording(), draft, &[self.at, right], Old::Derived, move |node, a| {
            Box::new(JoinedView { node, join: looked.clone(), left: a.view::<S::Key, V>(above.0), right: a.view::<S::Key, W>(above.1) })
        });
        kind.left_sends_old.then(|| recorder::want_old(self.at));
        kind.right_sends_old.then(|| recorder::want_old(right));
        let (node, other, needs_other) = (table.at.node(), join.clone(), kind.left_needs_right);
        self.read_by(move |a| {
            let join = join.clone();
            side::<S, V, W, R>(a, (node, above.1), needs_other, move |left, right| join(left, right))
        });
        Table::<S, W>::new(right).read_by(move |a| {
            let join = other.clone();
            side::<S, W, V, R>(a, (node, above.0), kind.right_needs_left, move |right, left| join(left, right))
        });
        table
    }
}
fn side<S: Keyed, A: 'static, B: 'static, R: 'static>(
    a: &mut Assembly<'_>,
    (node, other): (NodeId, NodeId),
    needs_other: bool,
    join: impl Fn(Option<&A>, Option<&B>) -> Option<R> + 'static,
) -> NextChange<S::Key, A> {
    let (sends_old, next) = (a.sends_old(node), a.next_change_shared(node));
    Box::new(Side { node, join, needs_other, sends_old, other: a.view::<S::Key, B>(other), next, of: PhantomData })
}

/// What differs between the kinds of joins: which side's change gives nothing without a row on the other side, and which side must say
/// what a row was before, so that the end of a pair can be told from no pair at all.
#[derive(Clone, Copy)]
struct Kind {
    operator: &'static str,
    left_needs_right: bool,
    right_needs_left: bool,
    left_sends_old: bool,
    right_sends_old: bool,
}
const INNER: Kind =
    Kind { operator: "join", left_needs_right: true, right_needs_left: true, left_sends_old: false, right_sends_old: false };
const LEFT: Kind =
    Kind { operator: "left_join", left_needs_right: false, right_needs_left: true, left_sends_old: true, right_sends_old: false };
const OUTER: Kind =
    Kind { operator: "outer_join", left_needs_right: false, right_needs_left: false, left_sends_old: true, right_sends_old: true };
