//! What a document says, whatever it is written as: this is the JSON form, and all others read it.
mod access;
mod departures;
mod made;
mod names;
mod parallelism;
mod schemas;
mod size;

pub(super) use schemas::Records;
pub(super) use size::OVERHEAD;

use super::Setting;
use serde::Serialize;
use std::collections::BTreeMap;

/// Grows when a field goes or changes its meaning; fields that come do not count.
pub(super) const VERSION: u32 = 1;

#[derive(Debug, Serialize)]
pub(super) struct Document {
    pub version: u32,
    pub id: String,
    pub purpose: String,
    pub parallelism: Parallelism,
    pub sub_topologies: Vec<SubTopology>,
    pub topics: Vec<Topic>,
    pub stores: Vec<Store>,
    pub operators: Vec<Operator>,
    pub group: Group,
    pub access: Vec<String>,
    pub sizes: Sizes,
    pub schemas: Vec<Schema>,
    /// Empty where the topology alone is known.
    pub configuration: Vec<Setting>,
    pub departures: Vec<Departure>,
    pub problems: Vec<String>,
}
/// How many tasks there are, and so how many threads can work.
#[derive(Debug, Serialize)]
pub(super) struct Parallelism {
    pub tasks: u32,
    pub per_sub_topology: Vec<u32>,
    /// All of it in a sentence.
    pub summary: String,
}
#[derive(Debug, Serialize)]
pub(super) struct SubTopology {
    pub number: usize,
    pub tasks: u32,
    /// The topic whose partitions stand for the tasks in the consumer group.
    pub leader: Option<String>,
    pub sources: Vec<String>,
    pub operators: Vec<String>,
    pub stores: Vec<String>,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Role {
    Source,
    /// Read whole by every process: a global table.
    Global,
    Result,
    Repartition,
    Changelog,
}
impl Topic {
    /// What the application does with the user's topic.
    pub(super) fn way(&self) -> &'static str {
        if self.pattern { "read, all whose names match when it starts" } else { self.role.way() }
    }
}
impl Role {
    pub(super) fn is_internal(self) -> bool {
        matches!(self, Role::Repartition | Role::Changelog)
    }
    fn way(self) -> &'static str {
        match self {
            Role::Source => "read",
            Role::Global => "read whole by every process",
            _ => "written",
        }
    }
}
#[derive(Debug, Serialize)]
pub(super) struct Topic {
    /// On the broker: before any override, unless the application runs.
    pub name: String,
    pub role: Role,
    /// What the user wrote.
    pub declared: String,
    /// Its name is a regular expression: all topics that match.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub pattern: bool,
    /// What a pattern matches where the application runs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<String>,
    pub doc: String,
    pub partitions: u32,
    pub partitioner: &'static str,
    pub key: Type,
    pub value: Type,
    /// What an internal topic is created with.
    pub configuration: BTreeMap<String, String>,
    /// The store of a changelog.
    pub store: Option<String>,
    /// Who reads it, writes it, or looks rows up in it.
    pub operators: Vec<String>,
    /// Of a global table: what every process holds.
    pub estimate: Option<Estimate>,
}
#[derive(Clone, Debug, Serialize)]
pub(super) struct Type {
    pub name: String,
    pub format: &'static str,
    /// As in the lock.
    pub fingerprint: String,
    /// The record among the schemas, if it is one.
    pub schema: Option<String>,
    #[serde(skip)]
    pub shape: &'static crate::codec::Shape,
}
#[derive(Debug, Serialize)]
pub(super) struct Store {
    pub name: String,
    pub kind: &'static str,
    pub key: Type,
    pub value: Type,
    pub window_ms: Option<u64>,
    pub retention_ms: Option<u64>,
    /// How far back a versioned store remembers what a key was.
    pub history_ms: Option<u64>,
    /// What it is restored from; `None`: from nothing.
    pub restored_from: Option<String>,
    pub in_memory: bool,
    pub emit_on_commit: bool,
    pub sub_topology: Option<usize>,
    pub operators: Vec<String>,
    pub expected: Expected,
    /// `None`: nobody says what to expect.
    pub estimate: Option<Estimate>,
}
impl Store {
    /// Several processors write it.
    pub(super) fn is_shared(&self) -> bool {
        self.operators.len() > 1
    }
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum OperatorKind {
    Source,
    Operator,
    Sink,
}
#[derive(Debug, Serialize)]
pub(super) struct Operator {
    pub label: String,
    pub kind: OperatorKind,
    pub operator: &'static str,
    /// Path of the user's function.
    pub function: Option<&'static str>,
    /// Key and value that come out of it; that go in, for a sink.
    pub types: Option<(String, String)>,
    /// Of the function, if it is marked `#[operator]`; of the topics of a source or a sink.
    pub doc: String,
    /// Of the function, if it is marked `#[operator]`.
    pub signature: Option<&'static str>,
    /// Where such a function stands.
    pub defined: Option<Defined>,
    /// Its other functions: a join's key, an initialiser, a subtractor.
    pub also: Vec<Function>,
    pub sub_topology: Option<usize>,
    pub inputs: Vec<String>,
    pub topics: Vec<String>,
    pub stores: Vec<String>,
    /// Nodes of tables that it looks rows up in without being fed by them: the tables of a processor.
    pub tables: Vec<String>,
    /// Topics of global tables that it looks rows up in.
    pub globals: Vec<String>,
    /// Where it was called.
    pub file: &'static str,
    pub line: u32,
}
#[derive(Debug, Serialize)]
pub(super) struct Function {
    /// Its path.
    pub function: &'static str,
    pub doc: &'static str,
    pub signature: Option<&'static str>,
    pub defined: Option<Defined>,
}
#[derive(Debug, Serialize)]
pub(super) struct Defined {
    /// `fn`, or `type` for a processor.
    #[serde(skip)]
    pub what: &'static str,
    pub file: &'static str,
    pub line: u32,
}
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Expected {
    pub keys: Option<u64>,
    pub row_bytes: Option<u64>,
}
/// Where rows lie; `None`: not there.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Estimate {
    /// That are kept of a key.
    pub windows: u64,
    pub rows: u64,
    pub disk: Option<Size>,
    pub memory: Option<Size>,
    /// Compacted, one replica.
    pub changelog: Option<Size>,
}
/// Bytes.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Size {
    pub total: u64,
    pub per_partition: u64,
}
/// Bytes of all stores whose size can be estimated.
#[derive(Debug, Serialize)]
pub(super) struct Sizes {
    pub disk: u64,
    pub memory: u64,
    pub changelog: u64,
    /// The other stores.
    pub unknown: Vec<String>,
}
#[derive(Debug, Serialize)]
pub(super) struct Group {
    pub consumer_group: String,
    /// Under exactly once.
    pub transactional_ids: String,
}
#[derive(Debug, Serialize)]
pub(super) struct Schema {
    pub name: String,
    pub fields: Vec<Field>,
}
#[derive(Debug, Serialize)]
pub(super) struct Field {
    pub name: String,
    #[serde(rename = "type")]
    pub ty: String,
}
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Departure {
    pub kafka_streams: &'static str,
    pub kstreams: &'static str,
    pub why: &'static str,
}
impl Document {
    pub(super) fn topics_of(&self, is: impl Fn(Role) -> bool) -> impl Iterator<Item = &Topic> {
        self.topics.iter().filter(move |topic| is(topic.role))
    }
}
