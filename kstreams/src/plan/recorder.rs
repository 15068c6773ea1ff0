//! Recording: while a topology function runs, its handles add nodes to a plan on this thread, and beside each node the typed outlet
//! that its readers hang factories on. Types are erased here once, when a topology is built, never on the record path.
use super::{Node, NodeId, NodeKind, Origin, Place, Plan, Store, StoreIndex, Topic, TopicIndex, declarations};
use std::{
    any::Any,
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    marker::PhantomData,
    panic::Location,
};

/// A plan with the factories of its operators.
#[derive(Default)]
pub(crate) struct Recording {
    pub(crate) plan: Plan,
    /// `Outlet<K, V>` or `TableOutlet<K, V>` of each node.
    pub(crate) outlets: Vec<Box<dyn Any + Send + Sync>>,
    /// Builds the source nodes, by node.
    pub(crate) sources: BTreeMap<NodeId, crate::op::SourceFactory>,
    /// The handle that each topic was first opened with, as a stream or as a table.
    opened: BTreeMap<(&'static str, Vec<TopicIndex>), NodeId>,
    /// What each table node answers when it is asked for old values.
    tables: BTreeMap<NodeId, Old>,
    /// How far behind a window's end the windows of an aggregation close, milliseconds.
    closings: BTreeMap<NodeId, i64>,
    /// Table nodes that were asked for old values, and what they answered.
    asked: BTreeMap<NodeId, bool>,
}
/// How a table node comes to know what a key was before (Kafka Streams' `enableSendingOldValues`).
#[derive(Clone, Debug)]
pub(crate) enum Old {
    /// From its own store.
    Stored,
    /// From its inputs, which must send old values for it.
    Derived,
    /// From nobody: it keeps no rows and cannot compute them.
    Unknown,
}

thread_local! {
    static RECORDINGS: RefCell<(usize, BTreeMap<usize, Recording>)> = const { RefCell::new((0, BTreeMap::new())) };
}

/// A place in a plan that is being recorded; not `Send`: it cannot leave the thread that records.
#[derive(Clone, Copy, Debug)]
#[doc(hidden)]
pub struct At {
    recording: usize,
    node: NodeId,
    thread: PhantomData<*const ()>,
}
impl At {
    pub(crate) fn node(self) -> NodeId {
        self.node
    }
    pub(crate) fn recording(self) -> usize {
        self.recording
    }
    /// Another node of its recording.
    pub(crate) fn beside(self, node: NodeId) -> At {
        At { node, ..self }
    }
}

pub(crate) fn open(id: String) -> usize {
    RECORDINGS.with_borrow_mut(|(next, all)| {
        *next += 1;
        let recording = Recording { plan: Plan { id, ..Plan::default() }, ..Recording::default() };
        all.insert(*next, recording);
        *next
    })
}
pub(crate) fn close(recording: usize) -> Recording {
    let mut closed = RECORDINGS.with_borrow_mut(|(_, all)| all.remove(&recording)).unwrap_or_default();
    let rowless = closed.tables.iter().filter(|(_, old)| matches!(old, Old::Unknown)).map(|(node, _)| *node).collect();
    closed.plan.check_rowless(rowless);
    closed.plan.size_windows();
    closed.plan.check();
    closed
}
/// Works on a recording; a handle of a closed one records into nowhere: into an empty one that nobody sees, where none of its numbers is known.
fn with<R>(recording: usize, f: impl FnOnce(&mut Recording) -> R) -> R {
    RECORDINGS.with_borrow_mut(|(_, all)| match all.get_mut(&recording) {
        Some(open) => f(open),
        None => f(&mut Recording::default()),
    })
}
/// Reports an operator whose handles were made by several builders to each of their topologies: none of them may start.
fn mixed(operator: &str, place: Place, recordings: [usize; 2]) {
    let text = RECORDINGS.with_borrow(|(_, all)| {
        let name = |recording| all.get(&recording).map_or_else(|| "one that is built".into(), |r| format!("`{}`", r.plan.id));
        let [a, b] = recordings.map(name);
        format!(
            "{place}: `{operator}` mixes handles of two topologies, {a} and {b}: a handle belongs to the builder that made it; open the topic in the \
             one that reads it"
        )
    });
    recordings.into_iter().for_each(|recording| problem(recording, text.clone()));
}
/// The node, if it is one of this recording; else `operator`, which was written at `place`, is reported to both topologies.
pub(crate) fn own(recording: usize, (operator, place): (&str, Place), at: At) -> Option<NodeId> {
    let is_own = at.recording == recording;
    if !is_own {
        mixed(operator, place, [recording, at.recording]);
    }
    is_own.then_some(at.node)
}
/// Where the user wrote what records.
#[track_caller]
pub(crate) fn here() -> Place {
    let at = Location::caller();
    Place { file: at.file(), line: at.line(), column: at.column() }
}

/// The last segment of a type's or function's path.
#[doc(hidden)]
pub fn name_of<T: ?Sized>() -> &'static str {
    let path = std::any::type_name::<T>();
    path.split('<').next().unwrap_or(path).rsplit("::").next().unwrap_or(path)
}

/// The path of a function or a type. A pointer to a function, a closure or `()` has no name of its own; viewers take no blanks in one.
pub(crate) fn path_of<F: ?Sized>() -> Option<&'static str> {
    let name = name_of::<F>();
    let named = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    named.then(std::any::type_name::<F>)
}
/// That of a function whose type has no name here.
pub(crate) fn path_of_val<F>(_: &F) -> Option<&'static str> {
    path_of::<F>()
}

/// A node to be added.
pub(crate) struct Draft {
    pub(crate) operator: &'static str,
    pub(crate) function: Option<&'static str>,
    pub(crate) label: Option<String>,
    pub(crate) kind: NodeKind,
    pub(crate) stores: Vec<StoreIndex>,
    pub(crate) globals: Vec<TopicIndex>,
    pub(crate) joins: bool,
}
impl Draft {
    pub(crate) fn operator(operator: &'static str) -> Draft {
        Draft { operator, function: None, label: None, kind: NodeKind::Operator, stores: vec![], globals: vec![], joins: false }
    }
    /// Labels the node after a function, if it has a name.
    pub(crate) fn named_after<F: ?Sized>(mut self) -> Draft {
        self.function = path_of::<F>();
        self.label = self.function.map(|_| name_of::<F>().replace('_', "-"));
        self
    }
    pub(crate) fn label(mut self, label: String) -> Draft {
        self.label = Some(label);
        self
    }
    pub(crate) fn joining(mut self) -> Draft {
        self.joins = true;
        self
    }
    pub(crate) fn globals(mut self, globals: Vec<TopicIndex>) -> Draft {
        self.globals = globals;
        self
    }
    pub(crate) fn stores(mut self, stores: Vec<StoreIndex>) -> Draft {
        self.stores = stores;
        self
    }
}

/// Of a node whose function has no name: after its store, else after the line it stands on.
fn default_label(plan: &Plan, draft: &Draft, line: u32) -> String {
    match draft.stores.first().and_then(|store| plan.stores.get(store.0 as usize)) {
        Some(store) => format!("{}-{}", store.name, draft.operator),
        None => format!("{}-line-{line}", draft.operator),
    }
}

/// Adds a node with its outlet.
#[track_caller]
pub(crate) fn add(recording: usize, draft: Draft, inputs: &[At], outlet: Box<dyn Any + Send + Sync>) -> At {
    let place = here();
    let inputs: Vec<NodeId> = inputs.iter().filter_map(|input| own(recording, (draft.operator, place), *input)).collect();
    with(recording, |r| {
        let label = draft.label.clone().unwrap_or_else(|| default_label(&r.plan, &draft, place.line));
        let label = unique(&r.plan, label);
        let Draft { operator, function, kind, stores, mut globals, joins, .. } = draft;
        // The number of another topology's global table, which is reported, means nothing here.
        globals.retain(|topic| (topic.0 as usize) < r.plan.topics.len());
        r.plan.nodes.push(Node {
            label,
            operator,
            function,
            also: vec![],
            types: None,
            kind,
            inputs,
            stores,
            globals,
            joins,
            sends_old: false,
            window: None,
            place,
        });
        r.outlets.push(outlet);
        At { recording, node: NodeId(r.plan.nodes.len() as u32 - 1), thread: PhantomData }
    })
}
/// Says that a node takes this function, too; its label stays.
pub(crate) fn takes(at: At, function: Option<&'static str>) {
    with(at.recording, |r| {
        let (Some(node), Some(function)) = (r.plan.nodes.get_mut(at.node.index()), function) else { return };
        match node.function {
            None => node.function = Some(function),
            Some(_) => node.also.push(function),
        }
    });
}
/// Says what comes out of a node.
pub(crate) fn typed<K, V>(at: At) {
    let types = (std::any::type_name::<K>(), std::any::type_name::<V>());
    with(at.recording, |r| r.plan.nodes.get_mut(at.node.index()).map(|node| node.types = Some(types)));
}
/// Labels are for people and for viewers that key on them, so they differ and hold no blanks.
fn unique(plan: &Plan, label: String) -> String {
    let label = label.replace(char::is_whitespace, "-");
    let taken = |l: &str| plan.nodes.iter().any(|n| n.label == l);
    if !taken(&label) {
        return label;
    }
    (2..).map(|i| format!("{label}-{i}")).find(|l| !taken(l)).unwrap_or(label)
}

/// The typed outlet of a node.
pub(crate) fn outlet<T: 'static, R>(at: At, f: impl FnOnce(&mut T) -> R) -> Option<R> {
    with(at.recording, |r| r.outlets.get_mut(at.node.index()).and_then(|o| o.downcast_mut::<T>()).map(f))
}
pub(crate) fn source(at: At, factory: crate::op::SourceFactory) {
    with(at.recording, |r| r.sources.insert(at.node, factory));
}
/// The node that these topics were opened as before, if its outlet is a `T`: a topic opened twice has one source, as in Kafka Streams.
pub(crate) fn opened<T: 'static>(recording: usize, how: &'static str, topics: &[TopicIndex]) -> Option<At> {
    let node = with(recording, |r| {
        let node = *r.opened.get(&(how, topics.to_vec()))?;
        r.outlets.get(node.index()).is_some_and(|o| o.is::<T>()).then_some(node)
    })?;
    Some(At { recording, node, thread: PhantomData })
}
/// Remembers what [`opened`] answers.
pub(crate) fn opens(at: At, how: &'static str, topics: Vec<TopicIndex>) {
    with(at.recording, |r| r.opened.insert((how, topics), at.node));
}
/// Adds a topic, or finds the user's topic of that name; reports one that was declared as something else before.
pub(crate) fn topic(recording: usize, topic: Topic) -> TopicIndex {
    with(recording, |r| {
        let known =
            |t: &Topic| topic.origin == Origin::User && t.origin == Origin::User && (&t.named, &t.name) == (&topic.named, &topic.name);
        let known = r.plan.topics.iter().position(known);
        if let Some(text) = known.and_then(|index| declarations::of_topic(&r.plan.topics[index], &topic)) {
            r.problem(text);
        }
        let index = known.unwrap_or_else(|| {
            r.plan.topics.push(topic);
            r.plan.topics.len() - 1
        });
        TopicIndex(index as u32)
    })
}
/// Says that a topic is read as a global table.
pub(crate) fn global(recording: usize, topic: TopicIndex) {
    with(recording, |r| {
        if !r.plan.globals.contains(&topic) {
            r.plan.globals.push(topic);
        }
    });
}
/// Adds a store, or finds the one that was declared once for several processors; reports one whose clones were given other settings.
pub(crate) fn store(recording: usize, store: Store) -> StoreIndex {
    with(recording, |r| {
        let known = |s: &Store| store.shared > 0 && s.shared == store.shared;
        let known = r.plan.stores.iter().position(known);
        if let Some(text) = known.and_then(|index| declarations::of_store(&r.plan.stores[index], &store)) {
            r.problem(text);
        }
        let index = known.unwrap_or_else(|| {
            r.plan.stores.push(store);
            r.plan.stores.len() - 1
        });
        StoreIndex(index as u32)
    })
}
/// What the user says of the topology.
pub(crate) fn documented(recording: usize, doc: &'static str) {
    with(recording, |r| r.plan.doc = doc);
}
pub(crate) fn problem(recording: usize, text: String) {
    with(recording, |r| r.problem(text));
}
/// Says how a table node knows old values.
pub(crate) fn table(at: At, old: Old) {
    with(at.recording, |r| r.tables.insert(at.node, old));
}
/// Asks a table node to hand on what a key was before; the wish goes up to where it can be met, if it can.
pub(crate) fn want_old(at: At) {
    with(at.recording, |r| {
        r.want_old(at.node);
    });
}
/// Reports a node that emits once a window whose store would emit once a commit.
pub(crate) fn not_on_commit(at: At) {
    with(at.recording, |r| {
        let Some(node) = r.plan.nodes.get(at.node.index()) else { return };
        let store = node.stores.first().map(|s| r.plan.store(*s)).filter(|s| s.emit_on_commit);
        if let Some(store) = store {
            let text = format!(
                "{}: store `{}`: windows with `emit_final` go out once, `emit_on_commit` has nothing to do there",
                node.place, store.name
            );
            r.plan.problems.push(text);
        }
    });
}
/// A window asks for marks of upstream tasks.
pub(crate) fn upstream_marks(recording: usize) {
    with(recording, |r| r.plan.upstream_marks = true);
}
/// Size of the time windows in the keys that a source reads, as its topics say it; none where they differ.
pub(crate) fn windows_of(at: At, sizes: impl IntoIterator<Item = Option<std::time::Duration>>) {
    let mut sizes = sizes.into_iter();
    let first = sizes.next().flatten().filter(|first| sizes.all(|size| size == Some(*first)));
    with(at.recording, |r| r.plan.nodes.get_mut(at.node.index()).map(|node| node.window = first));
}
/// How far behind a window's end the windows of this node close.
pub(crate) fn closing(at: At, after_ms: i64) {
    with(at.recording, |r| r.closings.insert(at.node, after_ms));
}
/// How far behind a window's end the windows above a table close: the grace of the nearest windowed aggregation, the largest if there are
/// several. Reports a table that has none above it.
pub(crate) fn closes_after(at: At, name: &str) -> i64 {
    with(at.recording, |r| {
        r.closes_after(at.node).unwrap_or_else(|| {
            let text = format!(
                "`suppress` `{name}` waits for windows to close, but there is no windowed aggregation above it that says when: \
                 use `until_time_limit(..)`, or aggregate `.windowed_by(..)` in this topology"
            );
            r.plan.problems.push(text);
            0
        })
    })
}
/// How far back a table remembers; `None` unless it is versioned, by its own store or, where it has none, by the one above.
pub(crate) fn history(at: At) -> Option<std::time::Duration> {
    with(at.recording, |r| r.history(at.node))
}
/// Whether a table is made of two, by their keys.
pub(crate) fn is_join(at: At) -> bool {
    with(at.recording, |r| {
        let joins = r.plan.nodes.get(at.node.index()).is_some_and(|node| node.joins);
        joins && matches!(r.tables.get(&at.node), Some(Old::Derived))
    })
}
impl Recording {
    fn problem(&mut self, text: String) {
        // Two readers of one store say the same of it.
        if !self.plan.problems.contains(&text) {
            self.plan.problems.push(text);
        }
    }
    /// The largest of the nearest windowed aggregations above, or of this one.
    fn closes_after(&self, node: NodeId) -> Option<i64> {
        let (mut open, mut seen, mut closings) = (vec![node], BTreeSet::new(), vec![]);
        while let Some(node) = open.pop().filter(|node| node.index() < self.plan.nodes.len()) {
            match self.closings.get(&node) {
                Some(after_ms) => closings.push(*after_ms),
                None if seen.insert(node) => open.extend(&self.plan.node(node).inputs),
                None => {}
            }
        }
        closings.into_iter().max()
    }
    fn history(&self, node: NodeId) -> Option<std::time::Duration> {
        let node = self.plan.nodes.get(node.index())?;
        match (node.stores.first(), &*node.inputs) {
            (Some(store), _) => match self.plan.store(*store).kind {
                super::StoreKind::Versioned { history } => Some(history),
                _ => None,
            },
            // A join's result has no history, whatever its sides have.
            (None, [above]) if !node.joins => self.history(*above),
            _ => None,
        }
    }
    fn want_old(&mut self, node: NodeId) -> bool {
        if let Some(answer) = self.asked.get(&node) {
            return *answer;
        }
        let knows = match self.tables.get(&node) {
            Some(Old::Derived) => {
                let inputs = self.plan.node(node).inputs.clone();
                // All of them are asked, also when one cannot say.
                let asked: Vec<bool> = inputs.into_iter().map(|input| self.want_old(input)).collect();
                !asked.contains(&false)
            }
            Some(Old::Unknown) => false,
            Some(Old::Stored) | None => true,
        };
        if let Some(node) = self.plan.nodes.get_mut(node.index()) {
            node.sends_old = knows;
        }
        self.asked.insert(node, knows);
        knows
    }
}
/// The name of the store that a table node keeps; reports a table that keeps none.
pub(crate) fn store_name(at: At) -> String {
    with(at.recording, |r| {
        let Some(node) = r.plan.nodes.get(at.node.index()) else { return String::new() };
        let name = node.stores.first().map(|s| r.plan.store(*s).name.clone());
        name.unwrap_or_else(|| {
            let text = format!(
                "{}: `{}` keeps no store, so nothing can be read from it: add `.materialize(\"name\")` before `.store()`",
                node.place, node.label
            );
            r.plan.problems.push(text);
            String::new()
        })
    })
}
/// Names of topics of the plan.
pub(crate) fn topic_names(recording: usize, topics: &[TopicIndex]) -> Vec<String> {
    with(recording, |r| topics.iter().filter_map(|t| r.plan.topics.get(t.0 as usize)).map(|topic| topic.name.clone()).collect())
}
