//! Builds a scenario's topology with the public typed DSL.
use super::{
    functions::{keeps_present, text, windowed_key},
    handle::{
        Handle::{self, *},
        One, Text,
    },
    scenario::{Node, Scenario, leaked},
    seen::Seen,
};
use kstreams::prelude::*;
use std::collections::BTreeMap;

/// An operator that kstreams does not have.
pub(super) struct NotThere(pub String);
pub(super) type Built = Result<Handle, NotThere>;

/// A topology being built.
pub(super) struct Builds {
    pub(super) builder: Builder,
    handles: BTreeMap<String, Handle>,
    moved: usize,
}

/// The topology of a scenario.
///
/// # Errors
/// If an operator is missing.
pub fn topology(scenario: &Scenario) -> Result<Topology, String> {
    let mut builds = Builds { builder: Topology::builder(&scenario.name), handles: BTreeMap::new(), moved: 0 };
    for node in &scenario.nodes {
        let handle = builds.node(node).map_err(|missing| missing.0)?;
        if let Some(id) = &node.id {
            builds.handles.insert(id.clone(), handle);
        }
    }
    Ok(builds.builder.build(()))
}
/// A topic of the scenario.
pub(super) fn topic(node: &Node) -> kstreams::RuntimeTopic<One, Text> {
    named(node.topic())
}
/// A node that reads something else than its operator can.
pub(super) fn misfit(node: &Node) -> ! {
    panic!("`{}` cannot read `{}`", node.op, node.from())
}

/// The same stateless operator on every kind of stream.
macro_rules! on_stream {
    ($node:expr, $handle:expr, $s:ident => $e:expr) => {
        match $handle {
            Flow($s) => Flow($e),
            Loose($s) => Loose($e),
            TimedFlow($s) => TimedFlow($e),
            SessionFlow($s) => SessionFlow($e),
            _ => misfit($node),
        }
    };
}

impl Builds {
    pub(super) fn get(&self, id: &str) -> Handle {
        self.handles.get(id).unwrap_or_else(|| panic!("there is no node `{id}`")).clone()
    }
    pub(super) fn from(&self, node: &Node) -> Handle {
        self.get(&node.from())
    }
    pub(super) fn with(&self, node: &Node) -> Handle {
        self.get(&node.with())
    }
    /// Kafka Streams repartitions by itself where a key changed upstream; here it is written.
    pub(super) fn placed(&mut self, node: &Node, handle: Handle, name: &str) -> Stream<One, Text> {
        match handle {
            Flow(s) => s,
            Loose(s) => {
                self.moved += 1;
                s.place::<One>(leaked(&format!("{name}-{}", self.moved)))
            }
            _ => misfit(node),
        }
    }
    fn node(&mut self, node: &Node) -> Built {
        Ok(match &*node.op {
            "stream" => Flow(self.builder.stream(topic(node))),
            "table" => match node.history_ms {
                Some(history) => Past(self.builder.versioned(topic(node).history(millis(history)))),
                None => Rows(self.builder.table(topic(node))),
            },
            "globalTable" => Global(self.builder.global_table(topic(node))),
            "filter" => on_stream!(node, self.from(node), s => s.filter(keeps_present(node))),
            "filterNot" => on_stream!(node, self.from(node), s => s.filter_not(keeps_present(node))),
            "mapValues" => {
                let suffix = node.suffix();
                on_stream!(node, self.from(node), s => s.map_values(move |v| Some(format!("{}{suffix}", text(v.as_ref())))))
            }
            "flatMapValues" => on_stream!(node, self.from(node), s => s.flat_map_values(characters)),
            "map" => self.map(node),
            "selectKey" => self.select_key(node),
            "merge" => self.merge(node),
            "branch" => self.branch(node),
            "repartition" => match self.from(node) {
                Flow(s) => Flow(s.place::<One>(node.name())),
                Loose(s) => Flow(s.place::<One>(node.name())),
                _ => misfit(node),
            },
            "toTable" => {
                let from = self.from(node);
                Rows(self.placed(node, from, "to-table").to_table(node.store()))
            }
            "process" => self.process(node),
            "to" => self.to(node),
            "joinTable" | "tableJoin" | "joinStream" | "fkJoin" | "joinGlobal" => return self.join(node),
            "windowTime" | "windowSliding" | "windowSession" | "countW" | "reduceW" | "aggregateW" | "cogroup" => {
                return self.windows(node);
            }
            _ => return self.grouping(node),
        })
    }
    fn map(&self, node: &Node) -> Handle {
        let key = node.key();
        let f = move |old: String, v: Text| (key.key_of(&v), Some(format!("{old}{}", text(v.as_ref()))));
        match self.from(node) {
            Flow(s) => Loose(s.map(f)),
            Loose(s) => Loose(s.map(f)),
            _ => misfit(node),
        }
    }
    fn select_key(&self, node: &Node) -> Handle {
        let key = node.key();
        match self.from(node) {
            Flow(s) => Loose(s.select_key(move |v| key.key_of(v))),
            Loose(s) => Loose(s.select_key(move |v| key.key_of(v))),
            _ => misfit(node),
        }
    }
    fn merge(&self, node: &Node) -> Handle {
        match (self.from(node), self.with(node)) {
            (Flow(a), Flow(b)) => Flow(a.merge(b)),
            (Flow(a), Loose(b)) => Loose(a.unplaced().merge(b)),
            (Loose(a), Flow(b)) => Loose(a.merge(b.unplaced())),
            (Loose(a), Loose(b)) => Loose(a.merge(b)),
            _ => misfit(node),
        }
    }
    fn branch(&mut self, node: &Node) -> Handle {
        let keep = keeps_present(node);
        let (yes, no) = match self.from(node) {
            Flow(s) => {
                let (yes, no) = s.split().branch("yes", keep).default_branch();
                (Flow(yes), Flow(no))
            }
            Loose(s) => {
                let (yes, no) = s.split().branch("yes", keep).default_branch();
                (Loose(yes), Loose(no))
            }
            _ => misfit(node),
        };
        self.handles.insert(format!("{}.yes", node.id()), yes.clone());
        self.handles.insert(format!("{}.no", node.id()), no);
        yes
    }
    fn process(&self, node: &Node) -> Handle {
        let (stream_every, wall_every) = (node.stream_every_ms.map(millis), node.wall_every_ms.map(millis));
        let clear = node.clear;
        let seen = move || Seen { stream_every, wall_every, clear };
        Loose(match self.from(node) {
            Flow(s) => s.process(kv(node.store()), seen),
            Loose(s) => s.process(kv(node.store()), seen),
            _ => misfit(node),
        })
    }
    fn to(&self, node: &Node) -> Handle {
        let topic = topic(node);
        match self.from(node) {
            Flow(s) => s.to(topic),
            Loose(s) => s.to(topic),
            TimedFlow(s) => s.map(|k, v| (windowed_key(&k.key, k.window.start, k.window.end), v)).to(topic),
            SessionFlow(s) => s.map(|k, v| (windowed_key(&k.key, k.window.start, k.window.end), v)).to(topic),
            _ => misfit(node),
        }
        self.from(node)
    }
}
/// One record a character.
fn characters(value: Text) -> Vec<Text> {
    value.unwrap_or_default().chars().map(|c| Some(c.to_string())).collect()
}
/// # Errors
/// Always.
pub(super) fn missing<T>(what: &str) -> Result<T, NotThere> {
    Err(NotThere(format!("{what} is not there yet")))
}
