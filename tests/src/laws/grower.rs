//! Grows a valid topology from numbers: every gene is a move; one that finds nothing to stand on is none.
use super::{
    case::{Gene, Input, Language},
    moves,
    shape::{Shape, Stem},
};
use serde_json::{Value, json};

/// A topology that grows.
pub(super) struct Grower {
    pub(super) language: Language,
    nodes: Vec<Value>,
    stems: Vec<Stem>,
    inputs: Vec<Input>,
    names: usize,
}
impl Grower {
    pub(super) fn new(language: Language) -> Grower {
        Grower { language, nodes: vec![], stems: vec![], inputs: vec![], names: 0 }
    }
    pub(super) fn grown(mut self, gene: &Gene) -> Grower {
        let moves = moves::of(self.language);
        _ = moves[gene.op % moves.len()](&mut self, gene);
        self
    }
    /// The nodes, with a sink for everything that nothing reads, and the topics that take input.
    pub(super) fn finished(mut self) -> (Vec<Value>, Vec<Input>) {
        if self.inputs.is_empty() {
            moves::stream(&mut self, &Gene { op: 0, from: 0, with: 0, how: 0, number: 0 });
        }
        let leaves: Vec<Stem> = self.stems.iter().filter(|s| !s.used && s.shape != Shape::Global).cloned().collect();
        for leaf in leaves {
            let topic = self.name("out");
            self.sink(&leaf, &topic);
        }
        (self.nodes, self.inputs)
    }
    /// A name that nothing has yet.
    pub(super) fn name(&mut self, kind: &str) -> String {
        self.names += 1;
        format!("{kind}{}", self.names)
    }
    /// The latest stem that fits, or the `n`-th before it.
    pub(super) fn pick(&mut self, n: usize, fits: impl Fn(&Stem) -> bool) -> Option<Stem> {
        let mut fitting: Vec<&mut Stem> = self.stems.iter_mut().rev().filter(|s| fits(s)).collect();
        let count = fitting.len();
        let stem = fitting.get_mut(n.checked_rem(count)?)?;
        stem.used = true;
        Some(stem.clone())
    }
    /// Another node, which can be read as the stem says.
    pub(super) fn add(&mut self, like: Stem, mut node: Value) -> Stem {
        let id = self.name("n");
        node["id"] = json!(id);
        self.nodes.push(node);
        self.stem(Stem { id, used: false, ..like })
    }
    /// A node that moves do not stand on.
    pub(super) fn add_between(&mut self, mut node: Value) -> String {
        let id = self.name("n");
        node["id"] = json!(id);
        self.nodes.push(node);
        id
    }
    /// One more name for what a node puts out.
    pub(super) fn stem(&mut self, stem: Stem) -> Stem {
        self.stems.push(stem.clone());
        stem
    }
    pub(super) fn source(&mut self, op: &str, shape: Shape, mut node: Value) -> Stem {
        let is_table = op != "stream";
        let name = self.name("in");
        node["op"] = json!(op);
        node["topic"] = json!(name);
        self.inputs.push(Input { name, is_table });
        self.add(Stem { id: String::new(), shape, nulls: is_table, heavy: 0, used: false }, node)
    }
    /// A table with a store, and a sink that shows all that happens to it: the law of the fold compares the two.
    pub(super) fn kept(&mut self, like: Stem, mut node: Value) -> Stem {
        let store = self.name("store");
        node["store"] = json!(store);
        let stem = self.add(like, node);
        self.sink(&stem, &shown(&store));
        stem
    }
    fn sink(&mut self, stem: &Stem, topic: &str) {
        let from = match stem.shape {
            Shape::Rows | Shape::Past => self.add_between(json!({"op": "toStream", "from": stem.id})),
            Shape::TimedRows | Shape::SessionRows => self.add_between(json!({"op": "toStreamW", "from": stem.id})),
            _ => stem.id.clone(),
        };
        let windowed = stem.is_windowed_table() || matches!(stem.shape, Shape::TimedFlow | Shape::SessionFlow);
        self.nodes.push(json!({"op": "to", "from": from, "topic": topic, "windowed": windowed}));
    }
}
/// The topic in which everything stands that happens to the table with this store.
pub(super) fn shown(store: &str) -> String {
    format!("all-of-{store}")
}
