//! The document of a plan.
use super::{
    Document, Group, Operator, OperatorKind, Role, Store, SubTopology, Topic, VERSION, access, departures::departures, names::short,
    parallelism::parallelism, schemas,
};
use crate::plan::{DeployedTopic, Deployment, Named, NodeId, NodeKind, Origin, Plan, StoreIndex, StoreKind, TopicIndex};

impl Document {
    pub(in crate::document) fn of(plan: &Plan) -> Document {
        Document::deployed(plan, plan.declared_deployment())
    }
    /// With the counts and topics of a deployment.
    pub(in crate::document) fn deployed(plan: &Plan, deployment: Deployment) -> Document {
        let made = Made { plan, deployment };
        let (topics, stores) = (made.topics(), made.stores());
        let types = topics.iter().flat_map(|t| [&t.key, &t.value]).chain(stores.iter().flat_map(|s| [&s.key, &s.value]));
        Document {
            version: VERSION,
            id: plan.id.clone(),
            purpose: plan.doc.to_owned(),
            parallelism: parallelism(made.deployment.sub_topologies.iter().map(|sub| sub.tasks).collect()),
            sub_topologies: made.sub_topologies(),
            schemas: schemas::schemas(types),
            operators: plan.ids().map(|id| made.operator(id)).collect(),
            group: Group { consumer_group: plan.id.clone(), transactional_ids: format!("{}-<instance>-<thread>", plan.id) },
            access: access::commands(&plan.id, &topics),
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
            sources: planned.sources.iter().map(|t| self.plan.topic_name(*t)).collect(),
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
            doc: topic.doc.to_owned(),
            partitions: deployed.partitions,
            partitioner: topic.partitioner,
            key: schemas::of(topic.types.0, topic.schema.0, topic.shapes.0),
            value: schemas::of(topic.types.1, topic.schema.1, topic.shapes.1),
            configuration: deployed.config.iter().cloned().collect(),
            store: None,
        }
    }
    fn changelog(&self, index: StoreIndex) -> Option<Topic> {
        let (store, name) = (self.plan.store(index), self.plan.changelog_name(index)?);
        let deployed = self.deployment.topic(self.deployment.topic_named(&name)?);
        Some(Topic {
            name,
            role: Role::Changelog,
            declared: store.name.clone(),
            pattern: false,
            doc: String::new(),
            partitions: deployed.partitions,
            partitioner: "task",
            key: schemas::of(store.types.0, store.schema.0, store.shapes.0),
            value: schemas::of(store.types.1, store.schema.1, store.shapes.1),
            configuration: deployed.config.iter().cloned().collect(),
            store: Some(store.name.clone()),
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
        let ms = |d: std::time::Duration| u64::try_from(d.as_millis()).unwrap_or(u64::MAX);
        let users: Vec<NodeId> = self.plan.ids().filter(|n| self.plan.node(*n).stores.contains(&index)).collect();
        Store {
            name: store.name.clone(),
            kind: store.kind.name(),
            key: schemas::of(store.types.0, store.schema.0, store.shapes.0),
            value: schemas::of(store.types.1, store.schema.1, store.shapes.1),
            window_ms: window.map(ms),
            retention_ms: retention.map(ms),
            history_ms: if let StoreKind::Versioned { history } = store.kind { Some(ms(history)) } else { None },
            restored_from: store.source.map(|t| self.plan.topic_name(t)).or_else(|| self.plan.changelog_name(index)),
            in_memory: store.in_memory,
            emit_on_commit: store.emit_on_commit,
            sub_topology: self.plan.sub_topologies().iter().position(|sub| sub.stores.contains(&index)),
            operators: self.labels(&users),
        }
    }

    fn operator(&self, id: NodeId) -> Operator {
        let node = self.plan.node(id);
        let (kind, topics) = match &node.kind {
            NodeKind::Source(topics) => (OperatorKind::Source, topics.clone()),
            NodeKind::Operator => (OperatorKind::Operator, vec![]),
            NodeKind::Sink(topic) => (OperatorKind::Sink, vec![*topic]),
        };
        Operator {
            label: node.label.clone(),
            kind,
            operator: node.operator,
            function: node.function,
            types: node.types.map(|(key, value)| (short(key), short(value))),
            doc: topics.iter().map(|t| self.plan.topic(*t).doc).collect::<Vec<_>>().join(" ").trim().to_owned(),
            sub_topology: self.plan.sub_topologies().iter().position(|sub| sub.nodes.contains(&id)),
            inputs: self.labels(&node.inputs),
            topics: topics.iter().map(|t| self.plan.topic_name(*t)).collect(),
            stores: self.store_names(&node.stores),
            file: node.place.file,
            line: node.place.line,
        }
    }
}
