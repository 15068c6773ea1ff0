//! `filter` of a table: rows that fail are deleted downstream.
use crate::{
    Keyed, Table,
    op::{Between, Change, Failure, Flow, NextChange, PushChange, Row, Scope, View},
    plan::{
        NodeId,
        recorder::{self, Draft, Old},
    },
};
use std::sync::Arc;

/// Turns changes to rows that fail into deletes.
struct FilterTable<K, V, P> {
    node: NodeId,
    keep: P,
    /// Whether what a row was comes with its change, and was sent before: what comes late to a versioned table says nothing about that.
    old_known: bool,
    next: NextChange<K, V>,
}
impl<K, V, P: Fn(&K, &V) -> bool> PushChange<K, V> for FilterTable<K, V, P> {
    fn push(&mut self, change: Change<'_, K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let kept = |value: Option<&V>| value.is_some_and(|v| (self.keep)(change.key, v));
        let change = change.with(change.new.filter(|_| kept(change.new)), change.old.filter(|_| kept(change.old)));
        // Where the old value is known: a row that was not sent before needs no delete.
        if self.old_known && change.new.is_none() && change.old.is_none() {
            return Ok(());
        }
        self.next.push(change, scope)
    }
}
/// Looks up what passes.
struct FilteredView<K, V, P> {
    node: NodeId,
    keep: P,
    above: Box<dyn View<K, V>>,
}
impl<K, V, P: Fn(&K, &V) -> bool> View<K, V> for FilteredView<K, V, P> {
    fn get(&mut self, key: &K, scope: &mut Scope) -> Result<Row<V>, Box<Failure>> {
        let row = self.above.get(key, scope)?;
        scope.node = self.node;
        Ok(row.filter(|(value, _)| (self.keep)(key, value)))
    }
    fn get_as_of(&mut self, key: &K, time: i64, scope: &mut Scope) -> Result<Row<V>, Box<Failure>> {
        let row = self.above.get_as_of(key, time, scope)?;
        scope.node = self.node;
        Ok(row.filter(|(value, _)| (self.keep)(key, value)))
    }
    fn keys(&mut self, between: Between<'_, K>) -> Result<Vec<K>, Box<Failure>> {
        self.above.keys(between)
    }
}

impl<S: Keyed, V: 'static, M: 'static> Table<S, V, M> {
    /// Keeps rows whose value `keep` answers true for; a row that fails after it passed is deleted (Kafka Streams: `filter`).
    /// Recomputed on lookup.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "even", key = String, value = u64, partitions = 1)]
    /// # struct Even;
    /// # let b = Topology::builder("example");
    /// # let numbers = b.table(Numbers);
    /// numbers.filter(|n| n % 2 == 0).to(Even);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).send("a".into(), 2).send("a".into(), 3);
    /// assert!(driver.output(Even).table().is_empty());
    /// ```
    #[track_caller]
    pub fn filter<F>(self, keep: F) -> Table<S, V, M>
    where
        F: Fn(&V) -> bool + Send + Sync + 'static,
    {
        let keep = Arc::new(keep);
        self.filtered::<F, _>("filter", move |_, v| keep(v))
    }
    /// [`Table::filter`] that sees the key too.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "even", key = String, value = u64, partitions = 1)]
    /// # struct Even;
    /// # let b = Topology::builder("example");
    /// # let numbers = b.table(Numbers);
    /// numbers.filter_kv(|key, n| key != "total" && n % 2 == 0).to(Even);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).send("a".into(), 2).send("total".into(), 4);
    /// assert_eq!(driver.output(Even).table(), [("a".to_string(), 2)]);
    /// ```
    #[track_caller]
    pub fn filter_kv<F>(self, keep: F) -> Table<S, V, M>
    where
        F: Fn(&S::Key, &V) -> bool + Send + Sync + 'static,
    {
        let keep = Arc::new(keep);
        self.filtered::<F, _>("filter", move |k, v| keep(k, v))
    }
    /// Drops rows whose value `drop` answers true for.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "even", key = String, value = u64, partitions = 1)]
    /// # struct Even;
    /// # let b = Topology::builder("example");
    /// # let numbers = b.table(Numbers);
    /// numbers.filter_not(|n| n % 2 == 1).to(Even);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).send("a".into(), 2).send("b".into(), 4).send("a".into(), 3);
    /// assert_eq!(driver.output(Even).table(), [("b".to_string(), 4)]);
    /// ```
    #[doc(alias = "filterNot")]
    #[track_caller]
    pub fn filter_not<F>(self, drop: F) -> Table<S, V, M>
    where
        F: Fn(&V) -> bool + Send + Sync + 'static,
    {
        let drop = Arc::new(drop);
        self.filtered::<F, _>("filter_not", move |_, v| !drop(v))
    }
    /// [`Table::filter_not`] that sees the key too.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "even", key = String, value = u64, partitions = 1)]
    /// # struct Even;
    /// # let b = Topology::builder("example");
    /// # let numbers = b.table(Numbers);
    /// numbers.filter_not_kv(|key, n| key == "total" || n % 2 == 1).to(Even);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).send("a".into(), 2).send("total".into(), 4);
    /// assert_eq!(driver.output(Even).table(), [("a".to_string(), 2)]);
    /// ```
    #[track_caller]
    pub fn filter_not_kv<F>(self, drop: F) -> Table<S, V, M>
    where
        F: Fn(&S::Key, &V) -> bool + Send + Sync + 'static,
    {
        let drop = Arc::new(drop);
        self.filtered::<F, _>("filter_not", move |k, v| !drop(k, v))
    }
    #[track_caller]
    fn filtered<F: ?Sized, P>(self, operator: &'static str, keep: P) -> Table<S, V, M>
    where
        P: Fn(&S::Key, &V) -> bool + Clone + Send + Sync + 'static,
    {
        let (above, look) = (self.at.node(), keep.clone());
        let draft = Draft::operator(operator).named_after::<F>();
        let table = Table::<S, V, M>::add(self.at.recording(), draft, &[self.at], Old::Derived, move |node, a| {
            Box::new(FilteredView { node, keep: look.clone(), above: a.view(above) })
        });
        recorder::want_old(self.at);
        let (node, is_versioned) = (table.at.node(), recorder::history(self.at).is_some());
        self.read_by(move |a| {
            let old_known = !is_versioned && a.sends_old(above);
            Box::new(FilterTable { node, keep: keep.clone(), old_known, next: a.next_change(node) })
        });
        table
    }
}
