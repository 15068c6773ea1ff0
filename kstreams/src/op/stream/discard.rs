//! `discard`: ends a stream on purpose.
use crate::Stream;

impl<S, V> Stream<S, V> {
    /// Ends the stream on purpose: the compiler otherwise says that it ends nowhere.
    pub fn discard(self) {}
}
