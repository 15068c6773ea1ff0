//! Joins of two tables over a foreign key (KIP-213): the left row says which right row it belongs to.
//!
//! A left change goes as a subscription to where the right row lies, is kept there, and is answered with the right row; a right change is an
//! answer to all who are subscribed. Answers go back to the partition of the left row and are joined with what that row is by then.
mod instruction;
mod keep;
mod key;
mod resolve;
mod subscribe;
mod wire;

pub use key::{Finds, ForeignKey, ForeignSide, GlobalSide};

use crate::{
    Keyed, Placed, Record, Stream, Table,
    dsl::StoreDraft,
    op::{Assembly, NextChange, source},
    partition::Partitioner,
    plan::{
        self, NodeId, NodeKind, Origin, StoreIndex, StoreKind, TopicIndex,
        recorder::{self, At, Draft, Old},
    },
};
use instruction::{Keys, Messages};
use keep::{Announce, Answers, Keep};
use resolve::Resolve;
use std::sync::Arc;
use subscribe::Subscribe;
use wire::{Answer, Combined, Subscription, Subscriptions};

impl<S: Keyed, V: 'static, M: 'static> Table<S, V, M> {
    /// Pairs of a row and the row of another table that it belongs to (Kafka Streams: `join(KTable, foreignKeyExtractor, joiner)`, KIP-213).
    /// `key` says from the left value which right row that is; changes of either side change the result.
    ///
    /// The sides need not lie in the same partitions: `name` names what moves and keeps the subscriptions (`<name>-subscription-registration-topic`,
    /// `<name>-subscription-response-topic`, `<name>-subscription-store`). The result keeps no rows of its own: `.materialize("store")` it before it
    /// is joined or grouped. A left row whose foreign key changes, or that is deleted, may give a delete though it had no result: nobody knows.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "orders", key = u64, value = String, partitions = 2)]
    /// # struct Orders;
    /// # #[topic(name = "prices", key = String, value = u64, partitions = 3)]
    /// # struct Prices;
    /// # #[topic(name = "bills", key = u64, value = u64, partitions = 2)]
    /// # struct Bills;
    /// # let b = Topology::builder("example");
    /// # let orders = b.table(Orders);
    /// # let prices = b.table(Prices);
    /// orders.join_foreign("order-item", prices, |item| item.clone(), |_item, price| *price).to(Bills);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Orders).send(1, "tea".into()).send(2, "tea".into());
    /// driver.input(Prices).send("tea".into(), 7);
    /// driver.input(Orders).send(1, "ale".into());
    /// // both orders wait for the price of tea; ale has none
    /// assert_eq!(driver.output(Bills).table(), [(2, 7)]);
    /// ```
    #[track_caller]
    pub fn join_foreign<T, O, R, G, F>(self, name: &'static str, right: T, key: G, f: F) -> Table<S, R>
    where
        S: Placed,
        V: Record,
        T: ForeignSide<Space: Placed, Value: Record>,
        R: 'static,
        G: Fn(&V) -> O + Finds<O, <T::Space as Keyed>::Key> + Send + Sync + 'static,
        F: Fn(&V, &T::Value) -> R + Send + Sync + 'static,
    {
        let kind = Kind { operator: "join_foreign", messages: instruction::inner };
        let table = joined::<S, T::Space, V, T::Value, R, F>(
            Sides { name, left: self.at, right: right.foreign_at() },
            kind,
            move |left| G::found(key(left)),
            move |left, right| Some(f(left, right?)),
        );
        recorder::takes(table.at, recorder::path_of::<G>());
        table
    }
    /// Every left row, with the right row that it belongs to if there is one (Kafka Streams: `leftJoin(KTable, foreignKeyExtractor, joiner)`);
    /// else as [`Table::join_foreign`]. Every change of a left row gives exactly one change of the result.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "orders", key = u64, value = String, partitions = 2)]
    /// # struct Orders;
    /// # #[topic(name = "prices", key = String, value = u64, partitions = 3)]
    /// # struct Prices;
    /// # #[topic(name = "bills", key = u64, value = String, partitions = 2)]
    /// # struct Bills;
    /// # let b = Topology::builder("example");
    /// # let orders = b.table(Orders);
    /// # let prices = b.table(Prices);
    /// let item = |item: &String| (item != "nothing").then(|| item.clone());
    /// orders.left_join_foreign("order-item", prices, item, |item, price| format!("{item}: {price:?}")).to(Bills);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Orders).send(1, "tea".into()).send(1, "nothing".into());
    /// driver.input(Prices).send("tea".into(), 7);
    /// driver.input(Orders).send(1, "tea".into());
    /// assert_eq!(driver.output(Bills).values(), ["tea: None", "nothing: None", "tea: Some(7)"]);
    /// ```
    #[track_caller]
    pub fn left_join_foreign<T, O, R, G, F>(self, name: &'static str, right: T, key: G, f: F) -> Table<S, R>
    where
        S: Placed,
        V: Record,
        T: ForeignSide<Space: Placed, Value: Record>,
        R: 'static,
        G: Fn(&V) -> O + Finds<O, <T::Space as Keyed>::Key> + Send + Sync + 'static,
        F: Fn(&V, Option<&T::Value>) -> R + Send + Sync + 'static,
    {
        let kind = Kind { operator: "left_join_foreign", messages: instruction::left };
        let table = joined::<S, T::Space, V, T::Value, R, F>(
            Sides { name, left: self.at, right: right.foreign_at() },
            kind,
            move |left| G::found(key(left)),
            move |left, right| Some(f(left, right)),
        );
        recorder::takes(table.at, recorder::path_of::<G>());
        table
    }
}

/// What differs between the kinds of joins.
#[derive(Clone, Copy)]
struct Kind {
    operator: &'static str,
    messages: fn(Keys<'_>, Keys<'_>) -> Messages,
}
/// What is joined.
#[derive(Clone, Copy)]
struct Sides {
    name: &'static str,
    left: At,
    right: At,
}
impl Sides {
    fn recording(self) -> usize {
        self.left.recording()
    }
    fn draft(self, operator: &'static str, what: &str) -> Draft {
        Draft::operator(operator).label(format!("{}-{what}", self.name))
    }
    #[track_caller]
    fn sink(self, operator: &'static str, what: &str, topic: TopicIndex, from: At) -> NodeId {
        let draft = Draft { kind: NodeKind::Sink(topic), ..self.draft(operator, what) };
        recorder::add(self.recording(), draft, &[from], Box::new(())).node()
    }
    #[track_caller]
    fn source<S: Keyed, V: Record>(self, operator: &'static str, what: &str, topic: TopicIndex) -> Stream<S, V> {
        let draft = Draft { kind: NodeKind::Source(vec![topic]), ..self.draft(operator, what) };
        let stream = Stream::<S, V>::add(self.recording(), draft, &[]);
        source::internal_stream::<S, V>(stream.at, topic);
        stream
    }
    /// `<application id>-<name>-<what>`, with the partitions of one side.
    #[track_caller]
    fn topic<S: Placed, V: Record>(self, operator: &str, what: &str, like: At) -> TopicIndex {
        let topic = plan::Topic {
            name: format!("{}-{what}", self.name),
            origin: Origin::Subscription,
            named: crate::plan::Named::Exactly,
            partitions: S::COUNT,
            partitioner: S::Partitioner::NAME,
            schema: (<S::Key as Record>::SCHEMA, V::SCHEMA),
            types: (std::any::type_name::<S::Key>(), std::any::type_name::<V>()),
            shapes: (<S::Key as Record>::SHAPE, V::SHAPE),
            doc: "",
            follows: recorder::own(self.recording(), (operator, recorder::here()), like),
            reset: None,
            history: None,
            window: None,
            expected: plan::Expected::UNKNOWN,
        };
        recorder::topic(self.recording(), topic)
    }
}

#[track_caller]
fn joined<S, T, V, W, R, F: ?Sized>(
    sides: Sides,
    kind: Kind,
    foreign: impl Fn(&V) -> Option<T::Key> + Send + Sync + 'static,
    join: impl Fn(&V, Option<&W>) -> Option<R> + Send + Sync + 'static,
) -> Table<S, R>
where
    S: Placed,
    T: Placed,
    V: Record,
    W: Record,
    R: 'static,
{
    let registrations = sides.topic::<T, Subscription<S::Key>>(kind.operator, "subscription-registration-topic", sides.right);
    let answers = sides.topic::<S, Answer<W>>(kind.operator, "subscription-response-topic", sides.left);
    subscribes::<S, T, V>(sides, kind, registrations, foreign);
    answered::<S, T, W>(sides, kind, (registrations, answers));
    resolved::<S, V, W, R, F>(sides, kind, answers, join)
}
/// Left changes become subscriptions.
#[track_caller]
fn subscribes<S: Placed, T: Placed, V: Record>(
    sides: Sides,
    kind: Kind,
    registrations: TopicIndex,
    foreign: impl Fn(&V) -> Option<T::Key> + Send + Sync + 'static,
) {
    let node = sides.sink(kind.operator, "subscription-registration-sink", registrations, sides.left);
    let foreign = Arc::new(foreign);
    recorder::want_old(sides.left);
    Table::<S, V>::new(sides.left).read_by(move |a| {
        let (target, foreign, here) = (a.target::<Subscriptions<T>>(registrations), foreign.clone(), a.task.partition);
        Box::new(Subscribe { node, foreign: move |value: &V| foreign(value), messages: kind.messages, target, here })
    });
}
/// The right side keeps and answers them.
#[track_caller]
fn answered<S: Placed, T: Placed, W: Record>(sides: Sides, kind: Kind, (registrations, answers): (TopicIndex, TopicIndex)) {
    let registered =
        sides.source::<Subscriptions<T>, Subscription<S::Key>>(kind.operator, "subscription-registration-source", registrations);
    let store = StoreDraft::named(&format!("{}-subscription-store", sides.name)).ordered();
    let store = store.typed::<Combined<T::Key, S::Key>, Subscription<S::Key>>(StoreKind::KeyValue).add(sides.recording());
    let draft = sides.draft(kind.operator, "subscriptions").stores(vec![store]).joining();
    let keeps = recorder::add(sides.recording(), draft, &[registered.at, sides.right], Box::new(()));
    let answer = sides.sink(kind.operator, "subscription-response-sink", answers, keeps);
    let (node, right) = (keeps.node(), sides.right.node());
    let answers = move |a: &mut Assembly<'_>| Answers { node: answer, target: a.target::<S>(answers) };
    registered.read_by(move |a| {
        let (subscribed, answers) = (a.store(store), answers(a));
        Box::new(Keep { node, subscribed, right: a.view::<T::Key, W>(right), answers })
    });
    Table::<T, W>::new(sides.right).read_by(move |a| {
        let answers = answers(a);
        announce::<S, T, W>(a, node, store, answers)
    });
}
fn announce<S: Placed, T: Placed, W: Record>(
    a: &mut Assembly<'_>,
    node: NodeId,
    store: StoreIndex,
    answers: Answers,
) -> NextChange<T::Key, W> {
    Box::new(Announce { node, subscribed: a.store::<Combined<T::Key, S::Key>, Subscription<S::Key>>(store), answers })
}
/// Answers become rows.
#[track_caller]
fn resolved<S: Placed, V: Record, W: Record, R: 'static, F: ?Sized>(
    sides: Sides,
    kind: Kind,
    answers: TopicIndex,
    join: impl Fn(&V, Option<&W>) -> Option<R> + Send + Sync + 'static,
) -> Table<S, R> {
    let answered = sides.source::<S, Answer<W>>(kind.operator, "subscription-response-source", answers);
    let draft = Draft::operator(kind.operator).named_after::<F>().joining();
    let rowless = |node, a: &mut Assembly<'_>| a.fault(node) as _;
    let table = Table::<S, R>::add(sides.recording(), draft, &[answered.at, sides.left], Old::Unknown, rowless);
    let (node, left, join) = (table.at.node(), sides.left.node(), Arc::new(join));
    answered.read_by(move |a| {
        let join = join.clone();
        let join = move |left: &V, right: Option<&W>| join(left, right);
        Box::new(Resolve { node, left: a.view::<S::Key, V>(left), join, next: a.next_change::<S::Key, R>(node) })
    });
    table
}
