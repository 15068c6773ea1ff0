//! `map_values` of a table: another value under the same key.
use crate::{
    Keyed, Table,
    op::{Between, Change, Failure, Flow, NextChange, PushChange, Row, Scope, View},
    plan::{
        NodeId,
        recorder::{Draft, Old},
    },
};
use std::{rc::Rc, sync::Arc};

/// Maps the values of changes; deletes stay deletes.
struct MapTable<K, R, F> {
    node: NodeId,
    f: F,
    next: NextChange<K, R>,
    sends_old: bool,
}
impl<K, V, R, F: Fn(&K, &V) -> R> PushChange<K, V> for MapTable<K, R, F> {
    fn push(&mut self, change: Change<'_, K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let new = change.new.map(|v| (self.f)(change.key, v));
        let old = change.old.filter(|_| self.sends_old).map(|v| (self.f)(change.key, v));
        self.next.push(change.with(new.as_ref(), old.as_ref()), scope)
    }
}
/// Looks up and maps.
struct MappedView<K, V, F> {
    node: NodeId,
    f: F,
    above: Box<dyn View<K, V>>,
}
impl<K, V, R, F: Fn(&K, &V) -> R> View<K, R> for MappedView<K, V, F> {
    fn get(&mut self, key: &K, scope: &mut Scope) -> Result<Row<R>, Box<Failure>> {
        let row = self.above.get(key, scope)?;
        scope.node = self.node;
        Ok(row.map(|(value, time)| (Rc::new((self.f)(key, &value)), time)))
    }
    fn get_as_of(&mut self, key: &K, time: i64, scope: &mut Scope) -> Result<Row<R>, Box<Failure>> {
        let row = self.above.get_as_of(key, time, scope)?;
        scope.node = self.node;
        Ok(row.map(|(value, from)| (Rc::new((self.f)(key, &value)), from)))
    }
    fn keys(&mut self, between: Between<'_, K>) -> Result<Vec<K>, Box<Failure>> {
        self.above.keys(between)
    }
}

impl<S: Keyed, V: 'static, M: 'static> Table<S, V, M> {
    /// Another value under the same key; recomputed on lookup (Kafka Streams: `mapValues`). Deletes pass without a call.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "lengths", key = String, value = u64, partitions = 1)]
    /// # struct Lengths;
    /// # let b = Topology::builder("example");
    /// # let words = b.table(Words);
    /// words.map_values(|word| word.len() as u64).to(Lengths);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into());
    /// driver.input(Words).delete("a".into());
    /// assert!(driver.output(Lengths).table().is_empty());
    /// ```
    #[doc(alias = "mapValues")]
    #[track_caller]
    pub fn map_values<R, F>(self, f: F) -> Table<S, R, M>
    where
        R: 'static,
        F: Fn(&V) -> R + Send + Sync + 'static,
    {
        let f = Arc::new(f);
        self.mapped::<F, R, _>(move |_, v| f(v))
    }
    /// [`Table::map_values`] that sees the key too.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.table(Words);
    /// words.map_values_kv(|key, word| format!("{key} likes {word}")).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("ann".into(), "tea".into());
    /// assert_eq!(driver.output(Results).values(), ["ann likes tea"]);
    /// ```
    #[track_caller]
    pub fn map_values_kv<R, F>(self, f: F) -> Table<S, R, M>
    where
        R: 'static,
        F: Fn(&S::Key, &V) -> R + Send + Sync + 'static,
    {
        let f = Arc::new(f);
        self.mapped::<F, R, _>(move |k, v| f(k, v))
    }
    #[track_caller]
    fn mapped<F: ?Sized, R: 'static, G>(self, f: G) -> Table<S, R, M>
    where
        G: Fn(&S::Key, &V) -> R + Clone + Send + Sync + 'static,
    {
        let (above, look) = (self.at.node(), f.clone());
        let draft = Draft::operator("map_values").named_after::<F>();
        let table = Table::<S, R, M>::add(self.at.recording(), draft, &[self.at], Old::Derived, move |node, a| {
            Box::new(MappedView { node, f: look.clone(), above: a.view::<S::Key, V>(above) })
        });
        let node = table.at.node();
        self.read_by(move |a| Box::new(MapTable { node, f: f.clone(), sends_old: a.sends_old(node), next: a.next_change(node) }));
        table
    }
}
