//! Joins of a stream with a table: each record meets the row that its key has now; of a versioned table, the row that it had at the record's time.
use super::{JoinsTable, RightOf, TableSide};
use crate::{
    Keyed, Message, Stream,
    op::{Flow, Next, Push, Scope, View},
    plan::{NodeId, recorder::Draft},
};
use std::sync::Arc;

/// Looks the record's key up and combines; `None` from `f` drops the record.
struct LookUp<K, W, R, F> {
    node: NodeId,
    table: Box<dyn View<K, W>>,
    f: F,
    next: Next<K, R>,
}
impl<K, V, W, R, F: Fn(V, Option<&W>) -> Option<R>> Push<K, V> for LookUp<K, W, R, F> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        let Message { key, value, time, headers } = record;
        let row = self.table.get_as_of(&key, time.0, scope)?;
        scope.enter(self.node);
        match (self.f)(value, row.as_ref().map(|(row, _)| &**row)) {
            Some(value) => self.next.push(Message { key, value, time, headers }, scope),
            None => Ok(()),
        }
    }
}

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Each record with the row of its key; records without a row are dropped (Kafka Streams: `join(KTable)`). The record's time stays;
    /// changes of the table give nothing. Records and rows meet in the order of their times as far as both are there. A versioned table gives
    /// what the row was at the record's time; records behind its history meet nothing. They can wait for it: [`crate::Table::with_grace`].
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
    /// # let words = b.stream(Words);
    /// # let numbers = b.table(Numbers);
    /// words.join(numbers, |word, n| format!("{word} {n}")).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into());
    /// driver.input(Numbers).send("a".into(), 7);
    /// driver.input(Words).send("a".into(), "ale".into());
    /// assert_eq!(driver.output(Results).values(), ["ale 7"]);
    /// ```
    #[track_caller]
    pub fn join<T: TableSide + RightOf<S> + JoinsTable<V>, R, F>(self, table: T, f: F) -> Stream<S, R>
    where
        R: 'static,
        F: Fn(V, &T::Value) -> R + Send + Sync + 'static,
    {
        let f = Arc::new(f);
        self.looked_up::<F, T, R, _>("join", &table, move |value, row| row.map(|row| f(value, row)))
    }
    /// Each record with the row of its key, if there is one (Kafka Streams: `leftJoin(KTable)`).
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
    /// # let words = b.stream(Words);
    /// # let numbers = b.table(Numbers);
    /// words.left_join(numbers, |word, n| format!("{word} {n:?}")).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into());
    /// driver.input(Numbers).send("a".into(), 7);
    /// driver.input(Words).send("a".into(), "ale".into());
    /// assert_eq!(driver.output(Results).values(), ["tea None", "ale Some(7)"]);
    /// ```
    #[track_caller]
    pub fn left_join<T: TableSide + RightOf<S> + JoinsTable<V>, R, F>(self, table: T, f: F) -> Stream<S, R>
    where
        R: 'static,
        F: Fn(V, Option<&T::Value>) -> R + Send + Sync + 'static,
    {
        let f = Arc::new(f);
        self.looked_up::<F, T, R, _>("left_join", &table, move |value, row| Some(f(value, row)))
    }
    #[track_caller]
    fn looked_up<F: ?Sized, T: TableSide + JoinsTable<V>, R: 'static, G>(self, operator: &'static str, table: &T, f: G) -> Stream<S, R>
    where
        G: Fn(V, Option<&T::Value>) -> Option<R> + Clone + Send + Sync + 'static,
    {
        let side = table.side_at();
        let waits = table.waits::<S::Key>(self.at.recording());
        let stores = waits.iter().map(|waits| waits.store).collect();
        let draft = Draft::operator(operator).named_after::<F>().joining().stores(stores);
        let out = Stream::<S, R>::add(self.at.recording(), draft, &[self.at, side]);
        let (node, right) = (out.at.node(), side.node());
        self.read_by(move |a| {
            let join = Box::new(LookUp { node, table: a.view::<S::Key, T::Value>(right), f: f.clone(), next: a.next(node) });
            match &waits {
                Some(waits) => waits.before(a, node, join),
                None => join,
            }
        });
        out
    }
}
