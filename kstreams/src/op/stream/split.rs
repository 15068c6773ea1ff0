//! `split`: each record goes to the first arm that takes it.
use crate::{
    Keyed, Message, Stream,
    op::{Assembly, Flow, Next, Push, Scope},
    plan::{
        NodeId,
        recorder::{self, At, Draft},
    },
};
use std::{
    marker::PhantomData,
    sync::{Arc, Mutex, PoisonError},
};

type Pick<V> = Arc<dyn Fn(&V) -> bool + Send + Sync>;
/// An arm: its node, and what it takes; the default branch takes everything.
type Arm<V> = (NodeId, Option<Pick<V>>);

/// A stream being split: the first arm that takes a record has it.
#[must_use = "end it with `.default_branch()` or `.no_default_branch()`"]
pub struct Branches<S, V, T> {
    split: At,
    arms: Arc<Mutex<Vec<Arm<V>>>>,
    taken: T,
    of: PhantomData<fn() -> (S, V)>,
}

/// Pushes each record to the first arm that takes it.
struct Split<K, V> {
    node: NodeId,
    arms: Vec<(NodeId, Option<Pick<V>>, Next<K, V>)>,
}
impl<K, V> Push<K, V> for Split<K, V> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        for (node, pick, next) in &mut self.arms {
            scope.node = *node;
            if pick.as_ref().is_none_or(|pick| pick(&record.value)) {
                scope.enter(*node);
                return next.push(record, scope);
            }
        }
        scope.dropped.unmatched += 1;
        Ok(())
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Splits the stream: `let (a, b, rest) = s.split().branch("a", pick_a).branch("b", pick_b).default_branch();`
    /// (Kafka Streams: `split`). Records move to one arm, so they need no `Clone`.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "small", key = String, value = u64, partitions = 1)]
    /// # struct Small;
    /// # #[topic(name = "large", key = String, value = u64, partitions = 1)]
    /// # struct Large;
    /// # let b = Topology::builder("example");
    /// # let numbers = b.stream(Numbers);
    /// let (small, large) = numbers.split().branch("small", |n| *n < 10).default_branch();
    /// small.to(Small);
    /// large.to(Large);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).send("a".into(), 3).send("a".into(), 30);
    /// assert_eq!(driver.output(Small).values(), [3]);
    /// assert_eq!(driver.output(Large).values(), [30]);
    /// ```
    #[track_caller]
    pub fn split(self) -> Branches<S, V, ()> {
        let split = Stream::<S, V>::add(self.at.recording(), Draft::operator("split"), &[self.at]).at;
        let arms: Arc<Mutex<Vec<Arm<V>>>> = Arc::default();
        let built = arms.clone();
        let node = split.node();
        self.read_by(move |a| build(a, node, &locked(&built)));
        Branches { split, arms, taken: (), of: PhantomData }
    }
}
fn build<K: Clone + 'static, V: 'static>(assembly: &mut Assembly<'_>, split: NodeId, arms: &[Arm<V>]) -> Next<K, V> {
    let arms = arms.iter().map(|(node, pick)| (*node, pick.clone(), assembly.next(*node))).collect();
    Box::new(Split { node: split, arms })
}
impl<S: Keyed, V: 'static, T: Arms<Stream<S, V>>> Branches<S, V, T> {
    #[track_caller]
    fn arm(&self, label: &'static str, pick: Option<Pick<V>>) -> Stream<S, V> {
        let arm = Stream::add(self.split.recording(), Draft::operator("branch").label(label.to_owned()), &[self.split]);
        locked(&self.arms).push((arm.at.node(), pick));
        arm
    }
    /// Takes the records that `pick` answers true for, if no arm before took them. The label is for people: diagrams and metrics.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # #[topic(name = "even", key = String, value = u64, partitions = 1)]
    /// # struct Even;
    /// # let b = Topology::builder("example");
    /// # let numbers = b.stream(Numbers);
    /// let (even, large, rest) = numbers.split().branch("even", |n| n % 2 == 0).branch("large", |n| *n > 9).default_branch();
    /// even.to(Even);
    /// large.to(Sums);
    /// rest.discard();
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).send("a".into(), 10).send("a".into(), 11).send("a".into(), 1);
    /// // 10 is large, too; the first arm has it
    /// assert_eq!((driver.output(Even).values(), driver.output(Sums).values()), (vec![10], vec![11]));
    /// ```
    #[track_caller]
    pub fn branch<F>(self, label: &'static str, pick: F) -> Branches<S, V, T::More>
    where
        F: Fn(&V) -> bool + Send + Sync + 'static,
    {
        let arm = self.arm(label, Some(Arc::new(pick)));
        recorder::takes(arm.at, recorder::path_of::<F>());
        Branches { split: self.split, arms: self.arms, taken: self.taken.more(arm), of: PhantomData }
    }
    /// The arms, and last what none of them took.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # #[topic(name = "even", key = String, value = u64, partitions = 1)]
    /// # struct Even;
    /// # let b = Topology::builder("example");
    /// # let numbers = b.stream(Numbers);
    /// let (even, rest) = numbers.split().branch("even", |n| n % 2 == 0).default_branch();
    /// even.to(Even);
    /// rest.to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).send("a".into(), 2).send("a".into(), 3);
    /// assert_eq!(driver.output(Sums).values(), [3]);
    /// ```
    #[track_caller]
    pub fn default_branch(self) -> T::More {
        let rest = self.arm("default-branch", None);
        self.taken.more(rest)
    }
    /// The arms; what none of them took is dropped and counted (Kafka Streams drops it without a count).
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "even", key = String, value = u64, partitions = 1)]
    /// # struct Even;
    /// # let b = Topology::builder("example");
    /// # let numbers = b.stream(Numbers);
    /// let (even,) = numbers.split().branch("even", |n| n % 2 == 0).no_default_branch();
    /// even.to(Even);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).send("a".into(), 2).send("a".into(), 3);
    /// assert_eq!(driver.output(Even).values(), [2]);
    /// ```
    pub fn no_default_branch(self) -> T {
        self.taken
    }
}

/// A tuple that can grow.
pub trait Arms<X> {
    /// The tuple with one more.
    type More;
    #[doc(hidden)]
    fn more(self, x: X) -> Self::More;
}
macro_rules! arms {
    ($($p:ident $v:ident),*) => {
        impl<X, $($p),*> Arms<X> for ($($p,)*) {
            type More = ($($p,)* X,);
            fn more(self, x: X) -> Self::More {
                let ($($v,)*) = self;
                ($($v,)* x,)
            }
        }
    };
}
arms!();
arms!(A a);
arms!(A a, B b);
arms!(A a, B b, C c);
arms!(A a, B b, C c, D d);
arms!(A a, B b, C c, D d, E e);
arms!(A a, B b, C c, D d, E e, F f);
arms!(A a, B b, C c, D d, E e, F f, G g);
