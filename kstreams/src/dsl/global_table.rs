//! Global tables: every row in every process, so that a key needs to be nowhere in particular to be looked up.
use super::{
    Handle, Topic, TopicRef,
    builder::Builder,
    topic::{TopicDecl, decl, read},
};
use crate::{
    Key, Keyed, Record,
    plan::{TopicIndex, recorder},
};
use std::{marker::PhantomData, time::Duration};

/// A parameter of a topology function: a topic as a global table, the last value of each key of all its partitions.
pub type GlobalOf<T> = GlobalTable<<T as Topic>::Key, <<T as Topic>::Value as Record>::Present>;

/// Values `V`, one a key, all of them in every process (Kafka Streams: `GlobalKTable`, KIP-99). It is filled before the first record is processed
/// and follows its topic from then on, at no particular time relative to the streams. A reference, so it is `Copy`.
#[must_use = "this table is not used: join it with `.join_global(table, key_fn, f)`"]
pub struct GlobalTable<K, V> {
    recording: usize,
    topic: TopicIndex,
    /// The size of the windows in its keys.
    pub(crate) window: Option<Duration>,
    of: PhantomData<(fn() -> (K, V), *const ())>,
}
impl<K, V> Clone for GlobalTable<K, V> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K, V> Copy for GlobalTable<K, V> {}
impl<K, V> GlobalTable<K, V> {
    /// Its topic in the plan of whoever looks rows up; reports a table of another topology.
    pub(crate) fn topic_in(self, recording: usize) -> TopicIndex {
        if self.recording != recording {
            let text = "a global table of another topology is looked up here: open it in the topology that uses it";
            [recording, self.recording].into_iter().for_each(|recording| recorder::problem(recording, text.into()));
        }
        self.topic
    }
}

impl Builder {
    /// A topic as a global table (Kafka Streams: `globalTable`). Nulls delete; records without a key are passed over.
    ///
    /// ```
    /// use kstreams::prelude::*;
    /// let b = Topology::builder("prices");
    /// let rates = b.global_table(named::<Space<String, 4>, f64>("rates"));
    /// let amounts = b.stream(named::<Space<u64, 1>, String>("amounts"));
    /// let euros = amounts.join_global(rates, |a| a[..3].to_string(), |a, rate| a[3..].trim().parse::<f64>().unwrap_or(0.0) * rate);
    /// euros.to(named::<Space<u64, 1>, f64>("euros"));
    /// let mut driver = TestDriver::new(b.build(()));
    /// driver.input(named::<Space<String, 4>, f64>("rates")).send("CHF".into(), 0.5);
    /// driver.input(named::<Space<u64, 1>, String>("amounts")).send(1, "CHF 20".into());
    /// assert_eq!(driver.output(named::<Space<u64, 1>, f64>("euros")).values(), [10.0]);
    /// ```
    #[doc(alias = "globalTable")]
    pub fn global_table<T: TopicRef<Key: Key>>(&self, topic: T) -> GlobalTable<T::Key, <T::Value as Record>::Present> {
        self.open_global::<T::Space, T::Value>(&topic.decl())
    }
    fn open_global<S: Keyed, V: Record>(&self, decl: &TopicDecl) -> GlobalTable<S::Key, V::Present> {
        let topic = read::<S, V>(self.recording, decl);
        recorder::global(self.recording, topic);
        GlobalTable { recording: self.recording, topic, window: decl.window, of: PhantomData }
    }
}
impl<T: Topic<Key: Key>> Handle<T> for GlobalTable<T::Key, <<T as Topic>::Value as Record>::Present> {
    fn open(b: &Builder) -> Self {
        b.open_global::<T::Space, T::Value>(&decl::<T>())
    }
}
