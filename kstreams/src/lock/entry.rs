//! One line of a lock: a name and what it was.
use std::fmt;

/// What a name names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A topic that the topology reads.
    Source,
    /// A topic that it writes.
    Result,
    /// `<application id>-<name>-repartition`.
    Repartition,
    /// A store, with its changelog `<application id>-<name>-changelog`.
    Store,
}
impl Kind {
    pub(super) const ALL: [Kind; 4] = [Kind::Source, Kind::Result, Kind::Repartition, Kind::Store];
    /// The first word of its lines.
    pub const fn word(self) -> &'static str {
        match self {
            Kind::Source => "source",
            Kind::Result => "result",
            Kind::Repartition => "repartition",
            Kind::Store => "store",
        }
    }
}
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A name and what it was: `store local-buyers kind=window key=744eb7a9eb6f7e4a ..`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it names.
    pub kind: Kind,
    /// The user's literal.
    pub name: String,
    /// What is known of it, in the order of the line: `kind`, `key`, `value`, `partitions`, `size`, `retention`, `migrated`.
    pub facts: Vec<(String, String)>,
}
impl Entry {
    pub(super) fn new(kind: Kind, name: &str) -> Entry {
        Entry { kind, name: name.to_owned(), facts: vec![] }
    }
    pub(super) fn with(mut self, fact: &str, value: impl fmt::Display) -> Entry {
        self.facts.push((fact.to_owned(), value.to_string()));
        self
    }
    /// A fact by its name.
    pub fn fact(&self, name: &str) -> Option<&str> {
        self.facts.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
    /// Fingerprints of the types that its rows are migrated from.
    pub(super) fn migrations(&self) -> Vec<&str> {
        self.fact("migrated").map(|all| all.split(',').collect()).unwrap_or_default()
    }
    /// The topic on the broker that holds what the name stands for; `None` for a store without changelog.
    pub fn topic(&self, application: &str) -> Option<String> {
        match self.kind {
            Kind::Source | Kind::Result => Some(self.name.clone()),
            Kind::Repartition => Some(format!("{application}-{}-repartition", self.name)),
            Kind::Store if self.fact("logged") == Some("no") => None,
            Kind::Store => Some(format!("{application}-{}-changelog", self.name)),
        }
    }
}
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)?;
        self.facts.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))
    }
}
