//! The grammar of the golden vectors, as `tests/vectors/README.md` spells it out.
use serde::Deserialize;
use std::collections::BTreeMap;

/// A topology, its input, and what Kafka Streams put out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    pub name: String,
    pub nodes: Vec<Node>,
    pub inputs: Vec<Step>,
    pub outputs: Vec<Output>,
    pub changelogs: BTreeMap<String, Vec<Row>>,
}
/// One step of the input.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Step {
    Record {
        topic: String,
        key: Option<String>,
        value: Option<String>,
        ts: i64,
    },
    #[serde(rename_all = "camelCase")]
    Clock {
        advance_wall_clock_ms: u64,
    },
}
/// A record in a sink topic.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Output {
    pub step: usize,
    pub topic: String,
    pub key: Option<String>,
    pub value: Option<String>,
    pub ts: i64,
}
/// What is left of a key in a changelog, in hexadecimal digits.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub key: String,
    pub value: String,
    pub ts: i64,
}

impl Scenario {
    /// Whether it has an operator that starts anew after a restart, in Kafka Streams too: a clock of its own, or timers.
    #[must_use]
    pub fn forgets(&self) -> bool {
        let ops = ["windowTime", "windowSliding", "windowSession", "suppress", "suppressW", "joinStream", "process"];
        self.nodes.iter().any(|n| ops.contains(&&*n.op) || n.window.is_some())
    }
    /// Whether a step is that wall-clock time passes.
    #[must_use]
    pub fn moves_the_clock(&self) -> bool {
        self.inputs.iter().any(|step| matches!(step, Step::Clock { .. }))
    }
    /// Whether it has timers of the wall clock.
    #[must_use]
    pub fn has_wall_timers(&self) -> bool {
        self.nodes.iter().any(|n| n.wall_every_ms.is_some())
    }
    /// Whether records may leave under another key than they came with.
    #[must_use]
    pub fn changes_keys(&self) -> bool {
        let ops = ["map", "selectKey", "groupBy", "groupByTable", "flattenKey", "fkJoin"];
        self.nodes.iter().any(|n| ops.contains(&&*n.op))
    }
}

/// An operator; which fields it has hangs on `op`.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Node {
    pub op: String,
    pub id: Option<String>,
    from: Option<String>,
    with: Option<String>,
    topic: Option<String>,
    name: Option<String>,
    pub store: Option<String>,
    #[serde(rename = "mod")]
    modulus: Option<u64>,
    drop: Option<u64>,
    suffix: Option<String>,
    key: Option<KeyOf>,
    pub kind: Option<Kind>,
    pub inputs: Vec<String>,
    pub window: Option<Windows>,
    size_ms: Option<u64>,
    pub advance_ms: Option<u64>,
    pub grace_ms: Option<u64>,
    diff_ms: Option<u64>,
    gap_ms: Option<u64>,
    before_ms: Option<u64>,
    after_ms: Option<u64>,
    pub history_ms: Option<u64>,
    pub time_limit_ms: Option<u64>,
    pub max_records: Option<u64>,
    pub emit_final: bool,
    pub stream_every_ms: Option<u64>,
    pub wall_every_ms: Option<u64>,
    pub clear: bool,
    /// The key of the sink is windowed: the handle's type says so too.
    pub windowed: bool,
}
/// Which sides of a join may be absent.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Inner,
    Left,
    Outer,
}
/// The windows of a cogroup.
#[derive(Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum Windows {
    Time { size_ms: u64, grace_ms: u64, advance_ms: Option<u64> },
    Sliding { diff_ms: u64, grace_ms: u64 },
    Session { gap_ms: u64, grace_ms: u64 },
}
/// How a key follows from a value.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum KeyOf {
    Bucket(u64),
    First(bool),
    AfterHash(bool),
}

macro_rules! required {
    ($($field:ident: $type:ty => $owned:expr),* $(,)?) => {
        impl Node { $(
            /// The field, which this operator must have.
            pub fn $field(&self) -> $type {
                let Some(field) = &self.$field else { panic!("`{}` has no `{}`", self.op, stringify!($field)) };
                ($owned)(field)
            }
        )* }
    };
}
required! {
    from: String => Clone::clone, with: String => Clone::clone, suffix: String => Clone::clone,
    topic: String => Clone::clone, name: &'static str => |name: &str| leaked(name), key: KeyOf => copied,
    modulus: u64 => copied, drop: u64 => copied, size_ms: u64 => copied, grace_ms: u64 => copied, diff_ms: u64 => copied,
    gap_ms: u64 => copied, before_ms: u64 => copied, after_ms: u64 => copied,
}
fn copied<T: Copy>(field: &T) -> T {
    *field
}
impl Node {
    /// The nodes that it reads.
    pub fn reads(&self) -> impl Iterator<Item = &str> {
        self.from.iter().chain(&self.with).chain(&self.inputs).map(String::as_str)
    }
    /// The topic of a sink.
    pub fn sink(&self) -> &str {
        self.topic.as_deref().unwrap_or_default()
    }
    /// The store's name, which this operator must have.
    pub fn store(&self) -> &'static str {
        leaked(self.store.as_ref().unwrap_or_else(|| panic!("`{}` has no store", self.op)))
    }
    /// The node's id as a name of what the operator owns.
    pub fn id(&self) -> &'static str {
        leaked(self.id.as_ref().unwrap_or_else(|| panic!("`{}` has no id", self.op)))
    }
}
/// A string that lives as long as the literal that stands in its place in a written topology.
pub(super) fn leaked(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}
