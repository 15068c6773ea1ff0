//! `discard`: ends a stream on purpose.
use crate::Stream;

impl<S, V> Stream<S, V> {
    /// Ends the stream on purpose: the compiler otherwise says that it ends nowhere.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.map_values(|word| word.len()).discard();
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into());
    /// ```
    pub fn discard(self) {}
}
