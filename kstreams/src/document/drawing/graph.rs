//! What is drawn: topics and operators, an operator with its stores in it, each sub-topology a box.
use crate::document::{
    model::{Document, Operator, OperatorKind, Role, Topic},
    words::count,
};
use std::collections::BTreeMap;

#[derive(Clone)]
pub(in crate::document) struct Graph {
    pub vertices: Vec<Vertex>,
    pub edges: Vec<Edge>,
    pub sub_topologies: Vec<Boxed>,
    /// Whether there is room for what a running application says: a line in each node and in each box.
    pub live: bool,
}
/// Between vertices, by their ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::document) struct Edge {
    pub from: String,
    pub to: String,
    /// Nothing flows: rows are looked up.
    pub is_lookup: bool,
}
impl Edge {
    /// Its end that is not this one.
    pub(super) fn other(&self, id: &str) -> Option<&str> {
        if self.from == id { Some(&self.to) } else { (self.to == id).then_some(&*self.from) }
    }
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::document) enum Look {
    Topic,
    Internal,
    Operator,
}
#[derive(Clone)]
pub(in crate::document) struct Vertex {
    pub id: String,
    /// Labels of the plan's nodes that are drawn as this: of a topic its sources and sinks.
    pub nodes: Vec<String>,
    pub look: Look,
    pub name: String,
    pub detail: String,
    pub stores: Vec<String>,
    pub sub_topology: Option<usize>,
    pub stands_for: StandsFor,
    /// What it says when the pointer rests on it.
    pub tip: String,
}
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::document) enum StandsFor {
    Operator,
    /// By its name on the brokers.
    Topic(String),
    /// In an overview.
    SubTopology(usize),
}
#[derive(Clone)]
pub(in crate::document) struct Boxed {
    pub number: usize,
    pub title: String,
}

impl Graph {
    pub(in crate::document) fn of(d: &Document) -> Graph {
        let ids: Ids<'_> = Ids::of(d);
        let topics = d.topics.iter().filter(|t| ids.topics.contains_key(&*t.name)).map(|t| topic(d, t, &ids));
        let operators = d.operators.iter().filter(|o| o.kind == OperatorKind::Operator).map(|o| operator(d, o, &ids));
        let boxed = d.sub_topologies.iter().map(|sub| Boxed { number: sub.number, title: title(sub.number, sub.tasks) });
        let mut graph =
            Graph { vertices: topics.chain(operators).collect(), edges: edges(d, &ids), sub_topologies: boxed.collect(), live: false };
        graph.take_topics_in();
        graph
    }
    /// The same with room for what a running application says.
    #[cfg(all(feature = "ops-http", any(feature = "embedded", feature = "kafka")))]
    pub(in crate::document) fn live(self) -> Graph {
        Graph { live: true, ..self }
    }
    /// The user's topics stand in the box of the one sub-topology that reads or writes them.
    fn take_topics_in(&mut self) {
        for index in 0..self.vertices.len() {
            if self.vertices[index].look == Look::Topic {
                self.vertices[index].sub_topology = self.only_neighbour(&self.vertices[index].id);
            }
        }
    }
    fn only_neighbour(&self, id: &str) -> Option<usize> {
        let mut subs = self.edges.iter().filter_map(|e| e.other(id)).map(|other| self.vertex(other).and_then(|v| v.sub_topology));
        let first = subs.next()??;
        subs.all(|sub| sub == Some(first)).then_some(first)
    }
    pub(super) fn vertex(&self, id: &str) -> Option<&Vertex> {
        self.vertices.iter().find(|v| v.id == id)
    }
}
fn title(number: usize, tasks: u32) -> String {
    format!("sub-topology {number} · {}", count(tasks as usize, "task"))
}

/// Short names for edges: `t0`, `n3`.
struct Ids<'a> {
    topics: BTreeMap<&'a str, String>,
    operators: BTreeMap<&'a str, (String, &'a Operator)>,
}
impl<'a> Ids<'a> {
    fn of(d: &'a Document) -> Ids<'a> {
        let drawn = d.topics.iter().filter(|t| t.store.is_none());
        Ids {
            topics: drawn.enumerate().map(|(i, t)| (&*t.name, format!("t{i}"))).collect(),
            operators: d.operators.iter().enumerate().map(|(i, o)| (&*o.label, (format!("n{i}"), o))).collect(),
        }
    }
    /// Sources and sinks are drawn as their topics.
    fn ends(&self, label: &str) -> Vec<String> {
        match self.operators.get(label) {
            Some((id, operator)) if operator.kind == OperatorKind::Operator => vec![id.clone()],
            Some((_, operator)) => operator.topics.iter().filter_map(|t| self.topics.get(&**t)).cloned().collect(),
            None => vec![],
        }
    }
}
fn topic(d: &Document, topic: &Topic, ids: &Ids<'_>) -> Vertex {
    let partitions = count(topic.partitions as usize, "partition");
    let internal = topic.role.is_internal();
    Vertex {
        id: ids.topics.get(&*topic.name).cloned().unwrap_or_default(),
        nodes: d.operators.iter().filter(|o| o.topics.contains(&topic.name)).map(|o| o.label.clone()).collect(),
        look: if internal { Look::Internal } else { Look::Topic },
        name: topic.declared.clone(),
        detail: match topic.role {
            Role::Global => "global table".into(),
            _ if internal => format!("repartition · {partitions}"),
            _ => partitions,
        },
        stores: vec![],
        sub_topology: None,
        stands_for: StandsFor::Topic(topic.name.clone()),
        tip: format!("{}\n{}: {}\n{}", topic.name, topic.key.name, topic.value.name, topic.doc).trim_end().to_owned(),
    }
}
fn operator(d: &Document, operator: &Operator, ids: &Ids<'_>) -> Vertex {
    let named = operator.function.is_some() || !operator.label.starts_with(operator.operator);
    Vertex {
        id: ids.ends(&operator.label).concat(),
        nodes: vec![operator.label.clone()],
        look: Look::Operator,
        name: if named { operator.label.clone() } else { operator.operator.to_owned() },
        detail: if named { operator.operator.to_owned() } else { format!("line {}", operator.line) },
        stores: operator.stores.iter().map(|name| store(d, name)).collect(),
        sub_topology: operator.sub_topology,
        stands_for: StandsFor::Operator,
        tip: tip(operator),
    }
}
/// Its name, and that others have it, too.
fn store(d: &Document, name: &str) -> String {
    let shared = d.stores.iter().any(|s| s.name == name && s.is_shared());
    if shared { format!("{name} · shared") } else { name.to_owned() }
}
/// What is said of the operator, and where it stands.
fn tip(operator: &Operator) -> String {
    let called = operator.signature.or(operator.function).unwrap_or(operator.operator);
    let gives = operator.types.as_ref().map_or_else(String::new, |(key, value)| format!("gives {key}: {value}"));
    let at = format!("{}:{}", operator.file, operator.line);
    let lines = [called, &operator.doc, &at, &gives];
    lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
fn edges(d: &Document, ids: &Ids<'_>) -> Vec<Edge> {
    let mut edges: Vec<Edge> = vec![];
    for operator in &d.operators {
        let inputs =
            operator.inputs.iter().flat_map(|input| ids.ends(input).into_iter().map(|from| (from, operator.tables.contains(input))));
        let globals = operator.globals.iter().filter_map(|topic| ids.topics.get(&**topic)).map(|from| (from.clone(), true));
        for (from, is_lookup) in inputs.chain(globals) {
            edges.extend(ids.ends(&operator.label).into_iter().map(|to| Edge { from: from.clone(), to, is_lookup }));
        }
    }
    edges.dedup();
    edges
}
