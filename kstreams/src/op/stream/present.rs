//! `present`: drops nulls, in the type too.
use crate::{
    Keyed, Message, Stream,
    op::{Flow, Next, Push, Scope},
    plan::NodeId,
};

/// Passes what is there.
struct Present<K, V> {
    node: NodeId,
    next: Next<K, V>,
}
impl<K, V> Push<K, Option<V>> for Present<K, V> {
    fn push(&mut self, record: Message<K, Option<V>>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let Message { key, value, time, headers } = record;
        match value {
            Some(value) => self.next.push(Message { key, value, time, headers }, scope),
            None => Ok(()),
        }
    }
}

impl<S: Keyed, V: 'static> Stream<S, Option<V>> {
    /// Drops nulls: `Option<V>` becomes `V`. Aggregations need it: Kafka Streams skips nulls in some of them and counts them in others.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "maybe", key = String, value = Option<u64>, partitions = 1)]
    /// # struct Maybe;
    /// # #[topic(name = "sums", key = String, value = Option<u64>, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let maybe = b.stream(Maybe);
    /// maybe.present().count("values").to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Maybe).send("a".into(), Some(7)).send("a".into(), None);
    /// assert_eq!(driver.output(Sums).values(), [Some(1)]);
    /// ```
    #[track_caller]
    pub fn present(self) -> Stream<S, V> {
        self.then::<(), S, V>("present", move |node, next| Box::new(Present { node, next }))
    }
}
