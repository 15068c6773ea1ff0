//! `process`: a processor in the topology, and its node at work.
use super::{
    Cx, Outputs, Processor, StoresFor, Takes,
    beside::BesideStream,
    context::{Around, Running, Wish},
    declared::Declarations,
    output::{Current, Order, Wiring},
    stores::OpenStore,
};
use crate::{
    Headers, Keyed, Message, Stream, Timestamp, TopicKey,
    op::{Assembly, Clock, Flow, Push, Scope, timers::TimerId},
    plan::{
        NodeId,
        recorder::{self, Draft},
    },
};
use std::{
    cell::{Cell, RefCell},
    marker::PhantomData,
    rc::Rc,
    sync::Arc,
};

/// A processor as its task sees it.
pub(crate) trait RunningProcessor {
    fn node(&self) -> NodeId;
    fn start(&mut self, scope: &mut Scope) -> Flow;
    fn tick(&mut self, id: TimerId, time: i64, scope: &mut Scope) -> Flow;
    fn stop(&mut self) -> crate::Result<()>;
}

/// A processor with its context.
struct Node<S, P: Processor> {
    node: NodeId,
    /// Its number among the task's processors: timers carry it.
    number: u32,
    processor: P,
    cx: Cx<P>,
    now: Rc<Cell<i64>>,
    timers: Vec<Running<P>>,
    of: PhantomData<fn() -> S>,
}
impl<S: 'static, P: Processor> Node<S, P>
where
    P::Out: Outputs<S>,
{
    /// Calls user code with clocks set, then pushes what it emitted and does what it asked for.
    fn call(&mut self, current: Current, scope: &mut Scope, code: impl FnOnce(&mut P, &mut Cx<P>) -> crate::Result<()>) -> Flow {
        scope.enter(self.node);
        self.now.set(current.time.0);
        self.cx.around.stream_time = scope.stream_time;
        self.cx.around.wall_time = scope.wall_time;
        self.cx.out.set_current(&current);
        let answer = code(&mut self.processor, &mut self.cx);
        self.grant(scope);
        self.push_emitted(scope)?;
        scope.node = self.node;
        answer.map_err(Into::into)
    }
    /// Pushes what the call emitted. If something further down refuses an emission, the record that caused it is bad, and those behind it are
    /// dropped with it, as in `flat_map`.
    fn push_emitted(&mut self, scope: &mut Scope) -> Flow {
        let mut pushed = Ok(());
        while pushed.is_ok() && self.cx.out.first().is_some() {
            pushed = self.cx.out.push_first(scope);
        }
        if pushed.is_err() {
            self.cx.out.clear();
        }
        pushed
    }
    fn grant(&mut self, scope: &mut Scope) {
        scope.timers.processor = self.number;
        for wish in self.cx.around.wants.drain(..) {
            match wish {
                Wish::Set { timer, clock, period, tick } => {
                    let first = if clock == Clock::Stream { 0 } else { scope.wall_time.saturating_add(period) };
                    let id = scope.timers.set(clock, first, period);
                    self.timers.push(Running { timer, id, tick });
                }
                Wish::Cancel(timer) => {
                    self.timers.iter().filter(|r| r.timer == timer).for_each(|r| scope.timers.cancel(r.id));
                    self.timers.retain(|r| r.timer != timer);
                }
                Wish::Commit => scope.commit_requested = true,
            }
        }
    }
}
impl<S: 'static, P: Processor> RunningProcessor for Node<S, P>
where
    P::Out: Outputs<S>,
{
    fn node(&self) -> NodeId {
        self.node
    }
    fn start(&mut self, scope: &mut Scope) -> Flow {
        self.call(Current { time: Timestamp(scope.stream_time), ..Current::default() }, scope, |p, cx| p.start(cx))
    }
    fn tick(&mut self, id: TimerId, time: i64, scope: &mut Scope) -> Flow {
        let Some(tick) = self.timers.iter().find(|r| r.id == id).map(|r| r.tick) else { return Ok(()) };
        self.cx.around.meta = None;
        let current = Current { time: Timestamp(time), headers: Headers::new(), place: None };
        self.call(current, scope, |p, cx| tick(p, Timestamp(time), cx))
    }
    fn stop(&mut self) -> crate::Result<()> {
        self.processor.stop(&mut self.cx.stores)
    }
}
impl<S, P> Node<S, P>
where
    S: Keyed,
    P: Processor,
    P::Out: Outputs<S>,
{
    fn process<V>(&mut self, record: Message<S::Key, V>, scope: &mut Scope) -> Flow
    where
        P: Takes<S::Key, V>,
    {
        let Message { key, value, time, headers } = record;
        let mut place = vec![];
        key.place_key(&mut place)?;
        let current = Current { time, headers: headers.clone(), place: Some(place) };
        self.cx.around.meta = Some(crate::Meta { headers: headers.clone(), timestamp: time, ..crate::Meta::clone(&scope.meta) });
        let (key, value) = P::take(key, value);
        self.call(current, scope, |p, cx| p.process(Message { key, value, time, headers }, cx))
    }
}
/// What the stream above pushes into; the task holds the same node for timers.
struct Entry<S, P: Processor>(Rc<RefCell<Node<S, P>>>);
impl<S, P, V> Push<S::Key, V> for Entry<S, P>
where
    S: Keyed,
    P: Takes<S::Key, V>,
    P::Out: Outputs<S>,
{
    fn push(&mut self, record: Message<S::Key, V>, scope: &mut Scope) -> Flow {
        self.0.borrow_mut().process(record, scope)
    }
}

/// What a node of a processor is built from.
struct Recipe<F> {
    node: NodeId,
    outputs: Vec<NodeId>,
    openings: Vec<super::stores::Opening>,
    factory: F,
}
fn build<S, P, F>(recipe: &Recipe<F>, a: &mut Assembly<'_>) -> Option<Rc<RefCell<Node<S, P>>>>
where
    S: Keyed,
    P: Processor,
    P::Stores: OpenStore,
    P::Out: Outputs<S>,
    F: Fn() -> P,
{
    let now = Rc::new(Cell::new(-1));
    let stores = P::Stores::open(a, &mut recipe.openings.clone().into_iter(), &now)?;
    let count = a.deployment.of(a.task).tasks;
    let mut wiring = Wiring { assembly: a, nodes: recipe.outputs.clone().into_iter(), order: Order::default(), count };
    let out = P::Out::open(&mut wiring);
    let around = Around { meta: None, stream_time: -1, wall_time: 0, wants: vec![], next_timer: 0 };
    let cx = Cx { stores, out, around };
    let number = a.processors.len() as u32;
    let node = Node { node: recipe.node, number, processor: (recipe.factory)(), cx, now, timers: vec![], of: PhantomData };
    let node = Rc::new(RefCell::new(node));
    a.processors.push(node.clone());
    Some(node)
}

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Hand-written code with stores, outputs and timers (Kafka Streams: `process`). `factory` makes one processor a task; what comes out is
    /// one stream an output.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "new-words", key = String, value = String, partitions = 1)]
    /// # struct NewWords;
    /// /// Lets a word pass if its key has not said it just before.
    /// struct Changed;
    /// impl Processor for Changed {
    ///     type Key = String;
    ///     type In = String;
    ///     type Stores = KvStore<String, String>;
    ///     type Out = EmitInPlace<String, String>;
    ///     fn process(&mut self, word: Message<String, String>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
    ///         if cx.stores.get(&word.key)?.as_ref() == Some(&word.value) {
    ///             return Ok(());
    ///         }
    ///         cx.stores.put(&word.key, word.value.clone())?;
    ///         cx.out.emit(&word.key, word.value)
    ///     }
    /// }
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.process(kv("last-words"), || Changed).to(NewWords);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into()).send("a".into(), "tea".into()).send("a".into(), "ale".into());
    /// assert_eq!(driver.output(NewWords).values(), ["tea", "ale"]);
    /// ```
    #[doc(alias = "processValues")]
    #[track_caller]
    pub fn process<P, D, F>(self, stores: D, factory: F) -> <P::Out as Outputs<S>>::Streams
    where
        P: Processor + Takes<S::Key, V>,
        D: StoresFor<P::Stores> + BesideStream<S, P::Stores>,
        P::Stores: OpenStore,
        P::Out: Outputs<S>,
        F: Fn() -> P + Send + Sync + 'static,
    {
        let recording = self.at.recording();
        let mut declared = Declarations { recording, inputs: vec![self.at], ..Declarations::default() };
        stores.declare(&mut declared);
        let Declarations { inputs, stores, globals, openings, .. } = declared;
        let draft = Draft::operator("process").named_after::<P>().stores(stores).globals(globals);
        // A table that is viewed is joined: the row of a record's key must be in the record's partition.
        let draft = if inputs.len() > 1 { draft.joining() } else { draft };
        let processor = recorder::add(recording, draft, &inputs, Box::new(()));
        let mut outputs = vec![];
        let streams = P::Out::streams(processor, &mut outputs);
        let recipe = Arc::new(Recipe { node: processor.node(), outputs, openings, factory });
        self.read_by(move |a| match build::<S, P, F>(&recipe, a) {
            Some(node) => Box::new(Entry(node)),
            None => a.fault(recipe.node),
        });
        streams
    }
}
