//! `place`: the same key, and the records move to where it belongs.
use super::moved::moved;
use crate::{Keyed, Located, Placed, Record, Stream};

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Keeps the key and moves the records to where that key belongs (Kafka Streams: `repartition`).
    #[track_caller]
    pub fn place<To>(self, name: &'static str) -> Stream<To, V>
    where
        To: Placed<Key = S::Key>,
        V: Record,
    {
        moved(self, "place", name, None, |k: &S::Key, _| k.clone())
    }
    /// [`Stream::place`] to where `side` lives.
    #[track_caller]
    pub fn place_for<T>(self, side: &T, name: &'static str) -> Stream<T::Space, V>
    where
        T: Located<Space: Keyed<Key = S::Key>>,
        V: Record,
    {
        moved(self, "place_for", name, Some(side.located_at()), |k: &S::Key, _| k.clone())
    }
}
