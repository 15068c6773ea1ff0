//! How values become an aggregate: what all windowed aggregations are made of.
use super::{Gives, Slot, aggregate::aggregated, count::plus_one};
use crate::state::Step;
use std::sync::Arc;

type Init<A> = Arc<dyn Fn() -> Option<A> + Send + Sync>;
type Add<V, A> = Arc<dyn Fn(Option<&mut A>, &V) -> Step<A> + Send + Sync>;
type Merge<A> = Arc<dyn Fn(&mut A, A) -> Slot + Send + Sync>;

/// A first aggregate, how a value is put in, and how two become one.
pub(crate) struct Fold<V, A> {
    /// `None`: the first value is the first aggregate.
    pub(super) init: Init<A>,
    pub(super) add: Add<V, A>,
    /// Puts the later of two sessions into the earlier.
    pub(super) merge: Merge<A>,
}
impl<V, A> Clone for Fold<V, A> {
    fn clone(&self) -> Self {
        Fold { init: self.init.clone(), add: self.add.clone(), merge: self.merge.clone() }
    }
}
impl<V: 'static> Fold<V, u64> {
    pub(crate) fn count() -> Self {
        let merge = |earlier: &mut u64, later: u64| {
            *earlier += later;
            Slot::Keep
        };
        Fold { init: Arc::new(|| Some(0)), add: Arc::new(|count, _| plus_one(count)), merge: Arc::new(merge) }
    }
}
impl<V: Clone + 'static> Fold<V, V> {
    pub(crate) fn reduce<R, F>(add: F) -> Self
    where
        F: Fn(&mut V, &V) -> R + Gives<R> + Send + Sync + 'static,
    {
        let add = Arc::new(move |total: &mut V, value: &V| F::slot(add(total, value)));
        let merge = add.clone();
        let step = move |there: Option<&mut V>, value: &V| match there {
            Some(total) => add(total, value).into(),
            None => Step::Set(value.clone()),
        };
        Fold { init: Arc::new(|| None), add: Arc::new(step), merge: Arc::new(move |earlier, later| merge(earlier, &later)) }
    }
}
impl<V: 'static, A: 'static> Fold<V, A> {
    /// For windows that never merge.
    pub(crate) fn aggregate<R, I, F>(init: I, add: F) -> Self
    where
        I: Fn() -> A + Send + Sync + 'static,
        F: Fn(&mut A, &V) -> R + Gives<R> + Send + Sync + 'static,
    {
        let init = Arc::new(init);
        let first = init.clone();
        let step = move |there: Option<&mut A>, value: &V| aggregated(there, || init(), |aggregate| F::slot(add(aggregate, value)));
        Fold { init: Arc::new(move || Some(first())), add: Arc::new(step), merge: Arc::new(|_, _| Slot::Keep) }
    }
    pub(super) fn merging<Q, M>(self, merge: M) -> Self
    where
        M: Fn(&mut A, A) -> Q + Gives<Q> + Send + Sync + 'static,
    {
        Fold { merge: Arc::new(move |earlier, later| M::slot(merge(earlier, later))), ..self }
    }
    /// What a value does to an aggregate that may be there.
    pub(crate) fn step(&self, there: Option<&mut A>, value: &V) -> Step<A> {
        (self.add)(there, value)
    }
    /// What a value makes of an aggregate.
    pub(super) fn added(&self, mut aggregate: Option<A>, value: &V) -> Option<A> {
        match (self.add)(aggregate.as_mut(), value) {
            Step::Keep => aggregate,
            Step::Set(aggregate) => Some(aggregate),
            Step::Delete => None,
        }
    }
    /// What becomes of two aggregates.
    pub(super) fn merged(&self, earlier: Option<A>, later: A) -> Option<A> {
        let Some(mut earlier) = earlier else { return Some(later) };
        match (self.merge)(&mut earlier, later) {
            Slot::Keep => Some(earlier),
            Slot::Delete => None,
        }
    }
}
