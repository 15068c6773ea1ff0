//! `filter` and its family: lets records pass or drops them.
use crate::{
    Keyed, Message, Meta, Stream,
    op::{Flow, Next, Push, Scope},
    plan::NodeId,
};
use std::sync::Arc;

/// Passes records that `keep` answers true for.
struct Filter<K, V, P> {
    node: NodeId,
    keep: P,
    next: Next<K, V>,
}
impl<K, V, P: Fn(&mut Message<K, V>, &mut Scope) -> bool> Push<K, V> for Filter<K, V, P> {
    fn push(&mut self, mut record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        if (self.keep)(&mut record, scope) { self.next.push(record, scope) } else { Ok(()) }
    }
}

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Keeps records whose value `keep` answers true for (Kafka Streams: `filter`). Key, time and headers stay.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "even", key = String, value = u64, partitions = 1)]
    /// # struct Even;
    /// # let b = Topology::builder("example");
    /// # let numbers = b.stream(Numbers);
    /// numbers.filter(|n| n % 2 == 0).to(Even);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).send("a".into(), 1).send("a".into(), 2);
    /// assert_eq!(driver.output(Even).values(), [2]);
    /// ```
    #[track_caller]
    pub fn filter<F>(self, keep: F) -> Stream<S, V>
    where
        F: Fn(&V) -> bool + Send + Sync + 'static,
    {
        let keep = Arc::new(keep);
        self.filtered::<F, _>("filter", move |m, _| keep(&m.value))
    }
    /// [`Stream::filter`] that sees the key too.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "even", key = String, value = u64, partitions = 1)]
    /// # struct Even;
    /// # let b = Topology::builder("example");
    /// # let numbers = b.stream(Numbers);
    /// numbers.filter_kv(|key, n| key != "total" && n % 2 == 0).to(Even);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).send("a".into(), 2).send("a".into(), 3).send("total".into(), 4);
    /// assert_eq!(driver.output(Even).values(), [2]);
    /// ```
    #[track_caller]
    pub fn filter_kv<F>(self, keep: F) -> Stream<S, V>
    where
        F: Fn(&S::Key, &V) -> bool + Send + Sync + 'static,
    {
        let keep = Arc::new(keep);
        self.filtered::<F, _>("filter", move |m, _| keep(&m.key, &m.value))
    }
    /// [`Stream::filter`] that also sees topic, partition, offset, time and headers.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.filter_meta(|_key, _word, meta| meta.headers.get("trace").is_some()).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "plain".into());
    /// driver.input(Words).header("trace", "7").send("a".into(), "traced".into());
    /// assert_eq!(driver.output(Results).values(), ["traced"]);
    /// ```
    #[track_caller]
    pub fn filter_meta<F>(self, keep: F) -> Stream<S, V>
    where
        F: Fn(&S::Key, &V, &Meta) -> bool + Send + Sync + 'static,
    {
        let keep = Arc::new(keep);
        self.filtered::<F, _>("filter", move |m, scope| scope.with_meta(m.time, &mut m.headers, |meta| keep(&m.key, &m.value, meta)))
    }
    /// Drops records whose value `drop` answers true for (Kafka Streams: `filterNot`).
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "even", key = String, value = u64, partitions = 1)]
    /// # struct Even;
    /// # let b = Topology::builder("example");
    /// # let numbers = b.stream(Numbers);
    /// numbers.filter_not(|n| n % 2 == 1).to(Even);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).send("a".into(), 1).send("a".into(), 2);
    /// assert_eq!(driver.output(Even).values(), [2]);
    /// ```
    #[doc(alias = "filterNot")]
    #[track_caller]
    pub fn filter_not<F>(self, drop: F) -> Stream<S, V>
    where
        F: Fn(&V) -> bool + Send + Sync + 'static,
    {
        let drop = Arc::new(drop);
        self.filtered::<F, _>("filter_not", move |m, _| !drop(&m.value))
    }
    /// [`Stream::filter_not`] that sees the key too.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "even", key = String, value = u64, partitions = 1)]
    /// # struct Even;
    /// # let b = Topology::builder("example");
    /// # let numbers = b.stream(Numbers);
    /// numbers.filter_not_kv(|key, n| key == "total" || n % 2 == 1).to(Even);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).send("a".into(), 2).send("a".into(), 3).send("total".into(), 4);
    /// assert_eq!(driver.output(Even).values(), [2]);
    /// ```
    #[track_caller]
    pub fn filter_not_kv<F>(self, drop: F) -> Stream<S, V>
    where
        F: Fn(&S::Key, &V) -> bool + Send + Sync + 'static,
    {
        let drop = Arc::new(drop);
        self.filtered::<F, _>("filter_not", move |m, _| !drop(&m.key, &m.value))
    }
    #[track_caller]
    fn filtered<F: ?Sized, P>(self, operator: &'static str, keep: P) -> Stream<S, V>
    where
        P: Fn(&mut Message<S::Key, V>, &mut Scope) -> bool + Clone + Send + Sync + 'static,
    {
        self.then::<F, S, V>(operator, move |node, next| Box::new(Filter { node, keep: keep.clone(), next }))
    }
}
