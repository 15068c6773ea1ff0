//! The topology as plain data: nodes, edges, topics, stores, names. Everything that people and tools see comes from here.
mod analysis;
mod declarations;
mod deploy;
mod deployment;
mod describe;
mod expected;
pub(crate) mod legal;
mod mermaid;
mod migration;
mod pattern;
mod placing;
pub(crate) mod recorder;
mod rowless;
pub mod solve;
mod windows;

pub use analysis::{PlannedSubTopology, SubTopologies};
pub use deployment::{DeployedTopic, Deployment, Origin, Reset, StoreChangelog, SubTopology, TaskId, TopicId, TopicLimits};
pub use expected::Expected;
pub use migration::Migration;
pub use pattern::Named;

use crate::codec::Shape;
use std::{fmt, time::Duration};

/// Index of a node in [`Plan::nodes`]; a node's inputs have smaller ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);
impl NodeId {
    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}
/// Index of a topic in [`Plan::topics`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TopicIndex(pub u32);
/// Index of a store in [`Plan::stores`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StoreIndex(pub u32);

/// Where in the user's source a node was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// File, relative to the workspace as rustc gives it.
    pub file: &'static str,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// Reads topics: the user's, or the second half of a repartition.
    Source(Vec<TopicIndex>),
    /// Works on records.
    Operator,
    /// Writes a topic: the user's, or the first half of a repartition.
    Sink(TopicIndex),
}
impl NodeKind {
    /// `source`, `operator` or `sink`.
    #[cfg(all(feature = "ops-http", any(feature = "embedded", feature = "kafka")))]
    pub(crate) fn name(&self) -> &'static str {
        match self {
            NodeKind::Source(_) => "source",
            NodeKind::Operator => "operator",
            NodeKind::Sink(_) => "sink",
        }
    }
}

/// One node.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// For people: the function's name, or operator and line. Not a stable name.
    pub label: String,
    /// The operator's name in the DSL.
    pub operator: &'static str,
    /// The path of the user's function, if it has one.
    pub function: Option<&'static str>,
    /// Those of its other functions: a join's key, an initialiser, a subtractor.
    pub also: Vec<&'static str>,
    /// Types of key and value that come out of it (that go in, for a sink), as Rust prints them.
    pub types: Option<(&'static str, &'static str)>,
    /// What it is.
    pub kind: NodeKind,
    /// Nodes that it is fed by, in the order of its inputs.
    pub inputs: Vec<NodeId>,
    /// Stores that it opens.
    pub stores: Vec<StoreIndex>,
    /// Topics whose global tables it looks rows up in.
    pub globals: Vec<TopicIndex>,
    /// Its inputs must lie in the same partitions: a join.
    pub joins: bool,
    /// A table node hands on what a key was before.
    pub sends_old: bool,
    /// Size of the time windows in the keys that come out of it, where that is known: their bytes leave it out.
    pub window: Option<Duration>,
    /// Where it was written.
    pub place: Place,
}

/// What a topic is to the topology.
#[derive(Clone, Debug, PartialEq)]
pub struct Topic {
    /// The user's literal: a topic's name, a pattern, or the short name of a repartition.
    pub name: String,
    /// What the name says.
    pub named: Named,
    /// Declared by the user, or internal.
    pub origin: Origin,
    /// Declared number of partitions; an identity for the type check, solved at start.
    pub partitions: u32,
    /// Who places its records.
    pub partitioner: &'static str,
    /// Fingerprints of key and value.
    pub schema: (u64, u64),
    /// Types of key and value, as Rust prints them.
    pub types: (&'static str, &'static str),
    /// What key and value are made of.
    pub shapes: (&'static Shape, &'static Shape),
    /// What the user says of it.
    pub doc: &'static str,
    /// For repartitions made by `repartition_for` and `place_for`: the node whose place was copied.
    pub follows: Option<NodeId>,
    /// Where reading begins if the group has committed nothing, if the topic says so.
    pub reset: Option<Reset>,
    /// How far back a versioned table of it remembers, if the topic says so.
    pub history: Option<Duration>,
    /// The size of the windows in its keys, if the topic says so.
    pub window: Option<Duration>,
    /// What a table of it is expected to hold.
    pub expected: Expected,
}

/// Layouts of stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreKind {
    /// Key to value.
    KeyValue,
    /// Key and window start to value.
    Window {
        /// Size of a window.
        size: Duration,
        /// How long windows are kept.
        retention: Duration,
    },
    /// Key and session to value.
    Session {
        /// How long sessions are kept.
        retention: Duration,
    },
    /// Key to the values that it has had.
    Versioned {
        /// How far back it remembers.
        history: Duration,
    },
}
impl StoreKind {
    /// How long rows are kept, where they expire. Of a versioned store only what keys were does.
    pub fn retention(self) -> Option<Duration> {
        match self {
            StoreKind::KeyValue | StoreKind::Versioned { .. } => None,
            StoreKind::Window { retention, .. } | StoreKind::Session { retention } => Some(retention),
        }
    }
    /// Its name in lock files and descriptions.
    pub fn name(self) -> &'static str {
        match self {
            StoreKind::KeyValue => "kv",
            StoreKind::Window { .. } => "window",
            StoreKind::Session { .. } => "session",
            StoreKind::Versioned { .. } => "versioned",
        }
    }
}

/// A store of the topology.
#[derive(Clone, Debug, PartialEq)]
pub struct Store {
    /// The user's literal; a source table's store is named by its topic.
    pub name: String,
    /// Its layout.
    pub kind: StoreKind,
    /// Size of the time windows in its keys, where that is known: see [`Node::window`].
    pub window: Option<Duration>,
    /// Fingerprints of key and value.
    pub schema: (u64, u64),
    /// Types of key and value, as Rust prints them.
    pub types: (&'static str, &'static str),
    /// What key and value are made of.
    pub shapes: (&'static Shape, &'static Shape),
    /// Written to a changelog.
    pub logged: bool,
    /// Never on disk.
    pub in_memory: bool,
    /// Hands on one change a key and commit.
    pub emit_on_commit: bool,
    /// Read in key order by user code.
    pub ordered: bool,
    /// The topic that it is restored from instead of a changelog of its own.
    pub source: Option<TopicIndex>,
    /// The user's settings for the changelog topic.
    pub topic_config: Vec<(String, String)>,
    /// Declared once and opened by several processors: an identity, 0 for stores of one node.
    pub shared: usize,
    /// What it is expected to hold.
    pub expected: Expected,
    /// Between the begins of its windows, if they begin at regular times.
    pub advance: Option<Duration>,
    /// How rows of older types are read, the oldest first; `None` where none can be declared (stores of joins and suppressions, versioned ones,
    /// tables of topics).
    pub migrations: Option<Vec<Migration>>,
}
impl Store {
    /// The migrations that are declared, the oldest first.
    pub fn migrations(&self) -> &[Migration] {
        self.migrations.as_deref().unwrap_or_default()
    }
}

/// A topology, recorded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The application id.
    pub id: String,
    /// What the user says of it: the topology function's documentation.
    pub doc: &'static str,
    /// Its nodes, inputs first.
    pub nodes: Vec<Node>,
    /// Its topics, internal ones included.
    pub topics: Vec<Topic>,
    /// Its stores.
    pub stores: Vec<Store>,
    /// A window judges lateness by the slowest upstream task: repartition topics carry marks.
    pub upstream_marks: bool,
    /// Topics read as global tables: whole, by every process, and by no task.
    pub globals: Vec<TopicIndex>,
    /// What is wrong and no type can say; `App` and `TestDriver` refuse to start on it.
    pub problems: Vec<String>,
}
impl Plan {
    /// A node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }
    /// A topic.
    pub fn topic(&self, index: TopicIndex) -> &Topic {
        &self.topics[index.0 as usize]
    }
    /// A store.
    pub fn store(&self, index: StoreIndex) -> &Store {
        &self.stores[index.0 as usize]
    }
    /// Nodes that a node feeds, in the order in which records go to them.
    pub fn outputs(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.ids().filter(move |n| self.node(*n).inputs.contains(&id))
    }
    /// All nodes.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }
    /// A topic's name on the broker, before any override: internal ones carry the application id, as Kafka Streams'.
    pub fn topic_name(&self, index: TopicIndex) -> String {
        let topic = self.topic(index);
        match topic.origin {
            Origin::User => topic.name.clone(),
            Origin::Repartition => format!("{}-{}-repartition", self.id, topic.name),
            Origin::Subscription => format!("{}-{}", self.id, topic.name),
            Origin::Changelog => format!("{}-{}-changelog", self.id, topic.name),
        }
    }
    /// A store's changelog on the broker; `None` if it is not logged or restored from its source topic.
    pub fn changelog_name(&self, index: StoreIndex) -> Option<String> {
        let store = self.store(index);
        (store.logged && store.source.is_none()).then(|| format!("{}-{}-changelog", self.id, store.name))
    }
}
