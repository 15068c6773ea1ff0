//! `windowed_by`: aggregations over tumbling and hopping windows.
use super::{Gives, Rows, StoredView, aggregate::aggregated, count::plus_one};
use crate::{
    IntoStore, Key, Keyed, Message, NonNull, Placed, Record, Stream, Table, TimeBounds, TimeWindowed, TimeWindows, Window,
    dsl::StoreDraft,
    op::{Flow, Push, Scope},
    plan::{
        NodeId,
        recorder::{Draft, Old},
    },
    state::Step,
};
use std::{marker::PhantomData, sync::Arc};

/// A stream with a window over it; `T` is the space of the table to come.
#[must_use = "add an aggregation such as `.count(\"store-name\")`"]
pub struct WindowedStream<S: Keyed, T, V, W> {
    stream: Stream<S, V>,
    window: W,
    of: PhantomData<fn() -> T>,
}
/// Windows that never merge.
#[diagnostic::on_unimplemented(
    message = "sessions merge, so their aggregation needs a merger",
    label = "two sessions become one when a record closes the gap",
    note = "write `.aggregate_merging(\"name\", init, add, |earlier, later| ..)`"
)]
pub trait FixedWindow {}
impl FixedWindow for TimeWindows {}

impl<S: Placed, V: 'static> Stream<S, V> {
    /// Windows for the aggregation that follows (Kafka Streams: `windowedBy`).
    #[doc(alias = "windowedBy")]
    #[track_caller]
    pub fn windowed_by<W, I, T>(self, window: W) -> WindowedStream<S, T, V, I>
    where
        S: Placed<With<W::Key<<S as Keyed>::Key>> = T>,
        V: NonNull,
        W: Window<Is = I>,
        T: Placed,
        I: Window,
    {
        WindowedStream { stream: self, window: window.itself(), of: PhantomData }
    }
}

/// Works a record into every window that it falls into and that is still open.
struct InWindows<K, V, A, B, F> {
    node: NodeId,
    windows: TimeWindows,
    rows: Rows<TimeWindowed<K>, A>,
    /// Largest timestamp that this operator has seen; −1 after a restart, as in Kafka Streams.
    seen: i64,
    before: B,
    step: F,
    of: PhantomData<fn(V)>,
}
impl<K, V, A, B, F> Push<K, V> for InWindows<K, V, A, B, F>
where
    K: Key,
    A: Record,
    B: Fn() -> Option<A>,
    F: Fn(Option<&mut A>, &V) -> Step<A>,
{
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        let Message { key, value, time, headers } = record;
        self.seen = self.seen.max(time.0);
        let closed = self.seen.saturating_sub(self.windows.grace_ms());
        for window in self.windows.over(time.0) {
            scope.node = self.node;
            if window.end > closed {
                let key = TimeWindowed { key: key.clone(), window };
                let (before, step) = (&self.before, &self.step);
                self.rows.change(&key, time, &headers, scope, before, |there| step(there, &value))?;
            } else {
                scope.dropped.late += 1;
            }
        }
        Ok(())
    }
}
impl TimeWindows {
    /// The windows that a time falls into, earliest first.
    fn over(self, time: i64) -> impl Iterator<Item = TimeBounds> {
        let (size, advance) = (self.size_ms(), self.advance_ms());
        let first = (time - size + advance).max(0) / advance * advance;
        (0..)
            .map(move |i| first + i * advance)
            .take_while(move |start| *start <= time)
            .map(move |start| TimeBounds { start, end: start.saturating_add(size) })
    }
}

impl<S, T, V, K> WindowedStream<S, T, V, TimeWindows>
where
    S: Placed<Key = K>,
    T: Placed<Key = TimeWindowed<K>>,
    K: Key,
    V: 'static,
{
    #[track_caller]
    fn done<N, A, F: ?Sized>(
        self,
        operator: &'static str,
        store: N,
        before: impl Fn() -> Option<A> + Clone + Send + Sync + 'static,
        step: impl Fn(Option<&mut A>, &V) -> Step<A> + Clone + Send + Sync + 'static,
    ) -> Table<T, A>
    where
        N: IntoStore,
        A: Record,
    {
        let WindowedStream { stream, window, .. } = self;
        let recording = stream.at.recording();
        let store = StoreDraft::of::<T::Key, A>(store, window.store_kind()).checked(&window, recording).add(recording);
        let draft = Draft::operator(operator).named_after::<F>().stores(vec![store]);
        let table = Table::add(recording, draft, &[stream.at], Old::Stored, move |_, a| StoredView::boxed(a, store));
        let node = table.at.node();
        stream.read_by(move |a| {
            let (before, step) = (before.clone(), step.clone());
            Box::new(InWindows { node, windows: window, rows: Rows::open(a, node, store), seen: -1, before, step, of: PhantomData })
        });
        table
    }
}
impl<S, T, V, K> WindowedStream<S, T, V, TimeWindows>
where
    S: Placed<Key = K>,
    T: Placed<Key = TimeWindowed<K>>,
    K: Key,
    V: 'static,
{
    /// Counts the records of each key and window.
    #[track_caller]
    pub fn count<N>(self, store: N) -> Table<T, u64>
    where
        N: IntoStore,
    {
        self.done::<N, u64, ()>("count", store, || Some(0), |count, _| plus_one(count))
    }
    /// The first value of a key and window starts, `add` puts each later one in.
    #[track_caller]
    pub fn reduce<N, R, F>(self, store: N, add: F) -> Table<T, V>
    where
        V: Record + Clone,
        N: IntoStore,
        F: Fn(&mut V, &V) -> R + Gives<R> + Send + Sync + 'static,
    {
        let add = Arc::new(add);
        let step = move |there: Option<&mut V>, value: &V| match there {
            Some(total) => F::slot(add(total, value)).into(),
            None => Step::Set(value.clone()),
        };
        self.done::<N, V, F>("reduce", store, || None, step)
    }
    /// One aggregate a key and window: `init` makes it, `add` changes it in place.
    #[track_caller]
    pub fn aggregate<N, A, R, I, F>(self, store: N, init: I, add: F) -> Table<T, A>
    where
        N: IntoStore,
        A: Record,
        I: Fn() -> A + Send + Sync + 'static,
        F: Fn(&mut A, &V) -> R + Gives<R> + Send + Sync + 'static,
    {
        let (init, add) = (Arc::new(init), Arc::new(add));
        let first = init.clone();
        let step = move |there: Option<&mut A>, value: &V| aggregated(there, || init(), |aggregate| F::slot(add(aggregate, value)));
        self.done::<N, A, F>("aggregate", store, move || Some(first()), step)
    }
}
#[cfg(test)]
mod tests {
    use crate::{hopping, millis, tumbling};

    #[test]
    fn windows_over_a_time() {
        let starts = |w: crate::TimeWindows, t| w.over(t).map(|b| b.start).collect::<Vec<_>>();
        assert_eq!(starts(tumbling(millis(10)), 25), [20]);
        assert_eq!(starts(hopping(millis(17), millis(13)), 50), [39]);
        assert_eq!(starts(hopping(millis(10), millis(4)), 3), [0]);
        assert_eq!(starts(hopping(millis(10), millis(4)), 9), [0, 4, 8]);
    }
}
