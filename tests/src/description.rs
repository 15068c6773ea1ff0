//! A reader of Kafka's `TopologyDescription` text, by the grammar that its `toString` writes and viewers of it read:
//!
//! ```text
//! Topologies:
//!    Sub-topology: N
//!     Source: NAME (topics: [TOPIC, ..] | PATTERN)
//!       --> NAME, .. | none
//!     Processor: NAME (stores: [STORE, ..])
//!       --> NAME, .. | none
//!       <-- NAME, .. | none
//!     Sink: NAME (topic: TOPIC)
//!       <-- NAME, .. | none
//! ```
use std::collections::BTreeMap;

/// A node as the text has it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Node {
    pub kind: String,
    pub sub_topology: usize,
    /// It fills a global table, in no task.
    pub is_global: bool,
    /// Topics of a source or sink, stores of a processor.
    pub holds: Vec<String>,
    pub successors: Vec<String>,
    pub predecessors: Vec<String>,
}

/// The nodes by name, or the line that is none of the grammar.
pub fn parse(text: &str) -> Result<BTreeMap<String, Node>, String> {
    let mut lines = text.lines();
    if lines.next() != Some("Topologies:") {
        return Err("it begins with `Topologies:`".into());
    }
    let (mut nodes, mut sub, mut is_global, mut last) = (BTreeMap::new(), 0, false, String::new());
    for line in lines.filter(|line| !line.trim().is_empty()) {
        let (word, rest) = line.trim_start().split_once(' ').ok_or(line)?;
        match word {
            "Sub-topology:" => {
                sub = rest.split(' ').next().and_then(|n| n.parse().ok()).ok_or(line)?;
                is_global = rest.ends_with(" for global store (will not generate tasks)");
            }
            "Source:" | "Processor:" | "Sink:" => {
                let (name, holds) = rest.split_once(" (").and_then(|(name, holds)| Some((name, holds.strip_suffix(')')?))).ok_or(line)?;
                let (_, holds) = holds.split_once(": ").ok_or(line)?;
                let names = holds.strip_prefix('[').and_then(|holds| holds.strip_suffix(']'));
                let holds = names.map_or_else(|| vec![holds.to_owned()], list);
                let node = Node { kind: word.trim_end_matches(':').into(), sub_topology: sub, is_global, holds, ..Node::default() };
                let known = nodes.insert(name.to_owned(), node).is_some();
                if known || name.contains(char::is_whitespace) {
                    return Err(format!("`{name}` is taken or no name: {line}"));
                }
                last = name.to_owned();
            }
            "-->" => nodes.get_mut(&last).ok_or(line)?.successors = list(rest),
            "<--" => nodes.get_mut(&last).ok_or(line)?.predecessors = list(rest),
            _ => return Err(format!("no line of the grammar: {line}")),
        }
    }
    Ok(nodes)
}
fn list(text: &str) -> Vec<String> {
    text.split(", ").filter(|name| !name.is_empty() && *name != "none").map(str::to_owned).collect()
}
