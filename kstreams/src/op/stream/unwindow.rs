//! `unwindow`: takes the window off the key.
use crate::{
    Keyed, Message, Placed, Stream, WindowedSpace,
    op::{Flow, Next, Push, Scope},
    plan::NodeId,
};
use std::marker::PhantomData;

/// Replaces a windowed key by its inner one.
struct Unwindow<S: WindowedSpace, V> {
    node: NodeId,
    next: Next<<S::Inner as Keyed>::Key, V>,
    of: PhantomData<S>,
}
impl<S: WindowedSpace, V> Push<S::Key, V> for Unwindow<S, V> {
    fn push(&mut self, record: Message<S::Key, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let Message { key, value, time, headers } = record;
        self.next.push(Message { key: S::unwindow(key), value, time, headers }, scope)
    }
}

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Takes the window off the key. The records are already where the inner key belongs, so nothing moves.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "sums", key = String, value = Option<u64>, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.windowed_by(tumbling(hours(1))).count("hourly").to_stream().unwindow().to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into());
    /// assert_eq!(driver.output(Sums).pairs(), [("a".to_string(), Some(1))]);
    /// ```
    #[track_caller]
    pub fn unwindow<I>(self) -> Stream<I, V>
    where
        S: WindowedSpace<Inner = I>,
        I: Placed,
    {
        self.then::<(), I, V>("unwindow", move |node, next| Box::new(Unwindow::<S, V> { node, next, of: PhantomData }))
    }
}
