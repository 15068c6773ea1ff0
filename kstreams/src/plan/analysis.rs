//! Sub-topologies: which nodes work on the same task, and which topics must have equal partition counts.
use super::{Node, NodeId, NodeKind, Plan, Store, StoreIndex, TopicIndex};
use std::collections::BTreeSet;

/// A connected part of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedSubTopology {
    /// Its nodes, in the plan's order.
    pub nodes: Vec<NodeId>,
    /// The topics that it reads, in the plan's order.
    pub sources: Vec<TopicIndex>,
    /// Its stores, in the plan's order.
    pub stores: Vec<StoreIndex>,
}

/// The sub-topologies of a plan, in the order of their first nodes: the order of Kafka Streams' ids.
pub type SubTopologies = Vec<PlannedSubTopology>;

/// Sets that grow together.
struct Groups(Vec<usize>);
impl Groups {
    fn root(&self, mut i: usize) -> usize {
        while self.0[i] != i {
            i = self.0[i];
        }
        i
    }
    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }
}

impl Plan {
    /// Connected components over edges and shared stores; a repartition topic is no edge.
    pub fn sub_topologies(&self) -> SubTopologies {
        let groups = self.groups();
        let roots: BTreeSet<usize> = (0..self.nodes.len()).map(|n| groups.root(n)).collect();
        roots.into_iter().map(|root| self.sub_topology(|n| groups.root(n.index()) == root)).collect()
    }
    fn groups(&self) -> Groups {
        let mut groups = Groups((0..self.nodes.len()).collect());
        for id in self.ids() {
            self.node(id).inputs.iter().for_each(|input| groups.join(id.index(), input.index()));
            let shares = |other: &NodeId| self.node(*other).stores.iter().any(|s| self.node(id).stores.contains(s));
            self.ids().take(id.index()).filter(shares).for_each(|other| groups.join(id.index(), other.index()));
        }
        groups
    }
    fn sub_topology(&self, has: impl Fn(&NodeId) -> bool) -> PlannedSubTopology {
        let nodes: Vec<NodeId> = self.ids().filter(has).collect();
        let mut sources: Vec<TopicIndex> = nodes.iter().flat_map(|n| self.source_topics(*n)).copied().collect();
        dedup(&mut sources);
        let mut stores: Vec<StoreIndex> = nodes.iter().flat_map(|n| &self.node(*n).stores).copied().collect();
        dedup(&mut stores);
        PlannedSubTopology { nodes, sources, stores }
    }
    fn source_topics(&self, id: NodeId) -> &[TopicIndex] {
        match &self.node(id).kind {
            NodeKind::Source(topics) => topics,
            NodeKind::Operator | NodeKind::Sink(_) => &[],
        }
    }
    /// Sets of topics that must have one partition count: inputs of joins, shared stores, and repartitions with what they follow.
    pub fn co_partitioned(&self) -> Vec<BTreeSet<TopicIndex>> {
        let mut groups = Groups((0..self.topics.len()).collect());
        let tie = |groups: &mut Groups, topics: &BTreeSet<TopicIndex>| {
            let mut topics = topics.iter().map(|t| t.0 as usize);
            if let Some(first) = topics.next() {
                topics.for_each(|t| groups.join(first, t));
            }
        };
        self.ids().filter(|n| self.node(*n).joins).for_each(|n| tie(&mut groups, &self.sources_above([n])));
        for sub in self.sub_topologies() {
            for store in &sub.stores {
                let users = sub.nodes.iter().filter(|n| self.node(**n).stores.contains(store));
                tie(&mut groups, &self.sources_above(users.copied()));
            }
        }
        for (i, topic) in self.topics.iter().enumerate() {
            if let Some(followed) = topic.follows {
                let mut topics = self.sources_above([followed]);
                topics.insert(TopicIndex(i as u32));
                tie(&mut groups, &topics);
            }
        }
        let roots: BTreeSet<usize> = (0..self.topics.len()).map(|t| groups.root(t)).collect();
        let members =
            |root| (0..self.topics.len()).filter(|t| groups.root(*t) == root).map(|t| TopicIndex(t as u32)).collect::<BTreeSet<_>>();
        roots.into_iter().map(members).filter(|set: &BTreeSet<_>| set.len() > 1).collect()
    }
    /// A topic has one source: a partition's records are decoded once, and one task reads it.
    fn check_sources(&mut self) {
        for (index, topic) in self.topics.iter().enumerate() {
            let reads = |id: &NodeId| self.source_topics(*id).contains(&TopicIndex(index as u32));
            let readers: Vec<String> =
                self.ids().filter(reads).map(|id| format!("{} ({})", self.node(id).label, self.node(id).place)).collect();
            if readers.len() > 1 {
                self.problems.push(format!(
                    "topic `{}` is opened in {} ways: {}. A topic has one source: open it once and clone the stream; where a table of it is \
                     wanted too, make it with `.to_table(\"name\")`",
                    topic.name,
                    readers.len(),
                    readers.join(", ")
                ));
            }
        }
    }
    /// A store that several nodes open is one store a task: what they read must have one partition count, which the types of `process` do not ask for.
    fn check_shared_stores(&mut self) {
        for (index, store) in self.stores.iter().enumerate().filter(|(_, store)| store.shared > 0) {
            let users: Vec<NodeId> = self.ids().filter(|node| self.node(*node).stores.contains(&StoreIndex(index as u32))).collect();
            let topics: BTreeSet<TopicIndex> = self.sources_above(users.iter().copied());
            let counts: Vec<String> = topics.iter().map(|t| format!("`{}` {}", self.topic(*t).name, self.topic(*t).partitions)).collect();
            let different = topics.iter().map(|t| self.topic(*t).partitions).collect::<BTreeSet<_>>().len() > 1;
            if different && users.len() > 1 {
                self.problems.push(format!(
                    "store `{}` is opened over topics with different partition counts: {}. A task has its own part of a store, so what one \
                     processor writes another would look for elsewhere: `.place::<Space<Key, N>>(\"name\")` them into one space first",
                    store.name,
                    counts.join(", ")
                ));
            }
        }
    }
    /// Two stores of one name would be one: its rows, its changelog. A topic that is opened as two tables is told elsewhere.
    fn check_stores(&mut self) {
        let problems: Vec<String> = (0..self.stores.len()).filter_map(|again| self.named_before(again)).collect();
        self.problems.extend(problems);
    }
    fn named_before(&self, again: usize) -> Option<String> {
        let Store { name, source, .. } = &self.stores[again];
        let before = self.stores[..again].iter().position(|store| store.name == *name && (store.source.is_none() || source.is_none()))?;
        let mut two = [before, again].map(|index| StoreIndex(index as u32));
        // The one that has a name of its own, which can be another.
        two.sort_by_key(|store| self.store(*store).source.is_some());
        let [a, b] = two.map(|store| self.whose(store));
        Some(format!(
            "the name `{name}` is given to two stores: {a} and {b}; state survives a restart by its name, so names must be unique"
        ))
    }
    fn whose(&self, index: StoreIndex) -> String {
        let opens = |node: &&Node| node.stores.contains(&index);
        match (&self.store(index).source, self.nodes.iter().find(opens)) {
            (Some(topic), _) => format!("that of the table of topic `{}`", self.topic(*topic).name),
            (None, Some(node)) => format!("that of `{}` ({})", node.operator, node.place),
            (None, None) => "one that nothing opens".to_owned(),
        }
    }
    /// Names given twice and the like: what only the whole plan can show.
    pub(super) fn check(&mut self) {
        self.check_sources();
        self.check_patterns();
        self.check_shared_stores();
        self.check_repartitions();
        self.check_stores();
        self.check_legal();
    }
    fn check_repartitions(&mut self) {
        let names: Vec<&str> = self.topics.iter().filter(|t| t.origin.is_passed_through()).map(|t| &*t.name).collect();
        let twice = (0..names.len()).filter(|i| names[..*i].contains(&names[*i])).map(|i| {
            format!(
                "the name `{}` is given to two repartition topics; state survives a restart by its name, so names must be unique",
                names[i]
            )
        });
        let twice: Vec<String> = twice.collect();
        self.problems.extend(twice);
    }
}

fn dedup<T: PartialEq + Copy>(items: &mut Vec<T>) {
    let mut seen: Vec<T> = vec![];
    items.retain(|x| {
        !seen.contains(x) && {
            seen.push(*x);
            true
        }
    });
}
