//! A random case as numbers, and the scenario that grows from it.
use super::grower::Grower;
use crate::conformance::Scenario;
use serde_json::{Value, json};

/// Few, so that they meet.
const KEYS: u8 = 4;

/// One operator: numbers, each taken modulo what there is to choose from.
#[derive(Clone, Copy, Debug)]
pub struct Gene {
    pub op: usize,
    pub from: usize,
    pub with: usize,
    pub how: usize,
    pub number: u64,
}
/// One step of the input.
#[derive(Clone, Copy, Debug)]
pub struct InputGene {
    pub topic: usize,
    pub key: u8,
    pub value: u8,
    pub digit: u8,
    /// Milliseconds from the record before; some go back.
    pub pace: i64,
}
/// A topology, its input, and what a law needs besides.
#[derive(Clone, Debug)]
pub struct Case {
    pub genes: Vec<Gene>,
    pub inputs: Vec<InputGene>,
    pub dice: u64,
}
/// Which operators may occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// Of streams, without state.
    Stateless,
    /// With state; windows that nothing is too late for and that put out every update, so that no operator asks how far time has come.
    Patient,
    All,
}
impl Case {
    /// # Panics
    /// If what has grown is not of the grammar.
    #[must_use]
    pub fn scenario(&self, language: Language) -> Scenario {
        let line = self.line(language);
        serde_json::from_value(line.clone()).unwrap_or_else(|error| panic!("{error}: {line}"))
    }
    /// The scenario as a line of the vectors' grammar.
    #[must_use]
    pub fn line(&self, language: Language) -> Value {
        let grower = self.genes.iter().fold(Grower::new(language), Grower::grown);
        let (nodes, topics) = grower.finished();
        json!({"name": "laws", "nodes": nodes, "inputs": self.steps(&topics, language), "outputs": [], "changelogs": {}})
    }
    fn steps(&self, topics: &[Input], language: Language) -> Vec<Value> {
        let mut time = 50;
        let step = |input: &InputGene| {
            time = (time + input.pace).max(0);
            input.step(topics, time, language)
        };
        self.inputs.iter().map(step).collect()
    }
}
/// A topic that takes input.
pub(super) struct Input {
    pub(super) name: String,
    pub(super) is_table: bool,
}
impl InputGene {
    fn step(&self, topics: &[Input], ts: i64, language: Language) -> Value {
        if language == Language::All && self.topic % 16 == 15 {
            return json!({"advanceWallClockMs": self.pace.max(1)});
        }
        let topic = &topics[self.topic % topics.len()];
        let value = (!(topic.is_table && self.value % 5 == 4)).then(|| self.text());
        json!({"topic": topic.name, "key": letter('a', self.key, KEYS), "value": value, "ts": ts})
    }
    fn text(&self) -> String {
        // Some are keys too, so that what was re-keyed finds rows to join.
        let letter_of = if self.value.is_multiple_of(2) { letter('a', self.value / 2, KEYS) } else { letter('A', self.value, 6) };
        match self.digit % 4 {
            0 => letter_of,
            1 => format!("{letter_of}#{}", letter('a', self.digit / 4, KEYS)),
            _ => format!("{letter_of}{}", self.digit % 10),
        }
    }
}
fn letter(first: char, number: u8, of: u8) -> String {
    char::from(first as u8 + number % of).to_string()
}
