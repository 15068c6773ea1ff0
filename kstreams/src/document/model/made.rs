//! The document of a plan.
use super::{
    Defined, Document, Expected, Function, Group, Operator, OperatorKind, Role, Store, SubTopology, Topic, Type, VERSION, access,
    departures::departures,
    names::short,
    parallelism::parallelism,
    schemas::{self, Records},
    size::{self, Held},
};
use crate::document::{
    Setting,
    described::{Described, described},
};
use crate::plan::{DeployedTopic, Deployment, Named, Node, NodeId, NodeKind, Origin, Plan, StoreIndex, StoreKind, TopicId, TopicIndex};
use std::{collections::BTreeMap, time::Duration};

impl Document {
    pub(in crate::document) fn of(plan: &Plan, configuration: &[Setting]) -> Document {
        Document::deployed(plan, plan.declared_deployment(), configuration)
    }
    /// With the counts and topics of a deployment.
    pub(in crate::document) fn deployed(plan: &Plan, deployment: Deployment, configuration: &[Setting]) -> Document {
        let made = Made { plan, deployment };
        let (mut topics, mut stores) = (made.topics(), made.stores());
        let mut types: Vec<&mut Type> = topics.iter_mut().flat_map(|t| [&mut t.key, &mut t.value]).collect();
        types.extend(stores.iter_mut().flat_map(|s| [&mut s.key, &mut s.value]));
        let records = Records::of(types.iter().map(|ty| ty.shape));
        types.into_iter().for_each(|ty| ty.schema = records.record(ty.shape));
        Document {
            version: VERSION,
            id: plan.id.clone(),
            purpose: plan.doc.to_owned(),
            parallelism: parallelism(made.deployment.sub_topologies.iter().map(|sub| sub.tasks).collect()),
            sub_topologies: made.sub_topologies(),
            schemas: records.schemas(),
            operators: plan.ids().map(|id| made.operator(id)).collect(),
            group: Group { consumer_group: plan.id.clone(), transactional_ids: format!("{}-<instance>-<thread>", plan.id) },
            access: access::commands(&plan.id, &topics),
            sizes: size::sizes(&stores),
            configuration: configuration.to_vec(),
            departures: departures(plan),
            problems: plan.problems.clone(),
            topics,
            stores,
        }
    }
}

struct Made<'a> {
    plan: &'a Plan,
    deployment: Deployment,
}
impl Made<'_> {
    fn labels(&self, nodes: &[NodeId]) -> Vec<String> {
        nodes.iter().map(|n| self.plan.node(*n).label.clone()).collect()
    }
    fn labels_where(&self, is: impl Fn(&Node) -> bool) -> Vec<String> {
        self.plan.nodes.iter().filter(|node| is(node)).map(|node| node.label.clone()).collect()
    }
    fn store_names(&self, stores: &[StoreIndex]) -> Vec<String> {
        stores.iter().map(|s| self.plan.store(*s).name.clone()).collect()
    }
    fn sub_topologies(&self) -> Vec<SubTopology> {
        let planned = self.plan.sub_topologies();
        let both = planned.iter().zip(&self.deployment.sub_topologies).enumerate();
        both.map(|(number, (planned, deployed))| SubTopology {
            number,
            tasks: deployed.tasks,
            leader: (deployed.tasks > 0).then(|| self.deployment.topic(deployed.leader).name.to_string()),
            sources: self.topic_names(&planned.sources),
            operators: self.labels(&planned.nodes),
            stores: self.store_names(&planned.stores),
        })
        .collect()
    }

    fn topics(&self) -> Vec<Topic> {
        let planned = (0..).map(TopicIndex).zip(&self.deployment.topics).take(self.plan.topics.len());
        let planned = planned.map(|(index, deployed)| self.topic(index, deployed));
        let changelogs = (0..self.plan.stores.len() as u32).filter_map(|store| self.changelog(StoreIndex(store)));
        let mut topics: Vec<Topic> = planned.chain(changelogs).collect();
        topics.sort_by_key(|topic| topic.role as u8);
        topics
    }
    fn topic(&self, index: TopicIndex, deployed: &DeployedTopic) -> Topic {
        let topic = self.plan.topic(index);
        let is_read = self.plan.nodes.iter().any(|n| matches!(&n.kind, NodeKind::Source(topics) if topics.contains(&index)));
        let role = match topic.origin {
            Origin::User if is_read => Role::Source,
            Origin::User if self.plan.globals.contains(&index) => Role::Global,
            Origin::User => Role::Result,
            Origin::Repartition | Origin::Subscription => Role::Repartition,
            Origin::Changelog => Role::Changelog,
        };
        Topic {
            name: deployed.name.to_string(),
            role,
            declared: topic.name.clone(),
            pattern: topic.named == Named::Pattern,
            found: self.found(index),
            doc: topic.doc.to_owned(),
            partitions: deployed.partitions,
            partitioner: topic.partitioner,
            key: schemas::of(topic.types.0, topic.schema.0, topic.shapes.0),
            value: schemas::of(topic.types.1, topic.schema.1, topic.shapes.1),
            configuration: if role.is_internal() { deployed.config.iter().cloned().collect() } else { BTreeMap::new() },
            store: None,
            operators: self.labels_where(|node| touches(node, index)),
            estimate: if role == Role::Global { size::global(topic.expected) } else { None },
        }
    }
    fn found(&self, pattern: TopicIndex) -> Vec<String> {
        let found = self.deployment.found.get(&TopicId(pattern.0));
        found.into_iter().flatten().map(|topic| self.deployment.topic(*topic).name.to_string()).collect()
    }
    fn changelog(&self, index: StoreIndex) -> Option<Topic> {
        let (store, name) = (self.plan.store(index), self.plan.changelog_name(index)?);
        let deployed = self.deployment.topic(self.deployment.topic_named(&name)?);
        Some(Topic {
            name,
            role: Role::Changelog,
            declared: store.name.clone(),
            pattern: false,
            found: vec![],
            doc: String::new(),
            partitions: deployed.partitions,
            partitioner: "task",
            key: schemas::of(store.types.0, store.schema.0, store.shapes.0),
            value: schemas::of(store.types.1, store.schema.1, store.shapes.1),
            configuration: deployed.config.iter().cloned().collect(),
            store: Some(store.name.clone()),
            operators: vec![],
            estimate: None,
        })
    }

    fn stores(&self) -> Vec<Store> {
        (0..self.plan.stores.len() as u32).map(|index| self.store(StoreIndex(index))).collect()
    }
    fn store(&self, index: StoreIndex) -> Store {
        let store = self.plan.store(index);
        let (window, retention) = match store.kind {
            StoreKind::KeyValue | StoreKind::Versioned { .. } => (None, None),
            StoreKind::Window { size, retention } => (Some(size), Some(retention)),
            StoreKind::Session { retention } => (None, Some(retention)),
        };
        let sub_topology = self.plan.sub_topologies().iter().position(|sub| sub.stores.contains(&index));
        let ms = |d: Duration| u64::try_from(d.as_millis()).unwrap_or(u64::MAX);
        Store {
            name: store.name.clone(),
            kind: store.kind.name(),
            key: schemas::of(store.types.0, store.schema.0, store.shapes.0),
            value: schemas::of(store.types.1, store.schema.1, store.shapes.1),
            window_ms: window.map(ms),
            retention_ms: retention.map(ms),
            history_ms: if let StoreKind::Versioned { history } = store.kind { Some(ms(history)) } else { None },
            restored_from: store.source.map(|t| self.topic_name(t)).or_else(|| self.plan.changelog_name(index)),
            in_memory: store.in_memory,
            emit_on_commit: store.emit_on_commit,
            sub_topology,
            operators: self.labels_where(|node| node.stores.contains(&index)),
            expected: Expected { keys: store.expected.keys, row_bytes: store.expected.row_bytes },
            estimate: self.held(index, sub_topology).estimate(),
        }
    }
    fn held(&self, index: StoreIndex, sub_topology: Option<usize>) -> Held<'_> {
        let changelog = self.plan.changelog_name(index).and_then(|name| self.deployment.topic_named(&name));
        let config = changelog.map(|topic| &self.deployment.topic(topic).config);
        let retention = config.and_then(|config| config.iter().find(|(key, _)| key == "retention.ms"));
        Held {
            store: self.plan.store(index),
            partitions: sub_topology.and_then(|sub| self.deployment.sub_topologies.get(sub)).map_or(1, |sub| sub.tasks),
            changelog_retention: retention.and_then(|(_, ms)| ms.parse().ok()).map(Duration::from_millis),
        }
    }

    /// On the brokers: a deployment has the plan's topics first.
    fn topic_name(&self, topic: TopicIndex) -> String {
        self.deployment.topic(TopicId(topic.0)).name.to_string()
    }
    fn topic_names(&self, topics: &[TopicIndex]) -> Vec<String> {
        topics.iter().map(|t| self.topic_name(*t)).collect()
    }
    fn operator(&self, id: NodeId) -> Operator {
        let node = self.plan.node(id);
        let (kind, topics) = match &node.kind {
            NodeKind::Source(topics) => (OperatorKind::Source, topics.clone()),
            NodeKind::Operator => (OperatorKind::Operator, vec![]),
            NodeKind::Sink(topic) => (OperatorKind::Sink, vec![*topic]),
        };
        let said = node.function.and_then(described);
        let of_topics = || topics.iter().map(|t| self.plan.topic(*t).doc).collect::<Vec<_>>().join(" ").trim().to_owned();
        Operator {
            label: node.label.clone(),
            kind,
            operator: node.operator,
            function: node.function,
            types: node.types.map(|(key, value)| (short(key), short(value))),
            doc: said.map_or_else(of_topics, |said| said.doc.to_owned()),
            signature: said.map(|said| said.signature),
            defined: said.map(defined),
            also: node.also.iter().map(|path| function(path)).collect(),
            sub_topology: self.plan.sub_topologies().iter().position(|sub| sub.nodes.contains(&id)),
            inputs: self.labels(&node.inputs),
            topics: self.topic_names(&topics),
            stores: self.store_names(&node.stores),
            tables: self.labels(looked_up(node)),
            globals: self.topic_names(&node.globals),
            file: node.place.file,
            line: node.place.line,
        }
    }
}
fn function(path: &'static str) -> Function {
    let said = described(path);
    Function {
        function: path,
        doc: said.map_or("", |said| said.doc),
        signature: said.map(|said| said.signature),
        defined: said.map(defined),
    }
}
fn defined(said: &Described) -> Defined {
    let is_type = said.signature.starts_with("struct ") || said.signature.starts_with("enum ");
    Defined { what: if is_type { "type" } else { "fn" }, file: said.file, line: said.line }
}
fn touches(node: &Node, topic: TopicIndex) -> bool {
    let flows = match &node.kind {
        NodeKind::Source(topics) => topics.contains(&topic),
        NodeKind::Sink(to) => *to == topic,
        NodeKind::Operator => false,
    };
    flows || node.globals.contains(&topic)
}
/// The tables that a processor opens stand behind the stream that feeds it.
fn looked_up(node: &Node) -> &[NodeId] {
    if node.operator == "process" { node.inputs.get(1..).unwrap_or_default() } else { &[] }
}
