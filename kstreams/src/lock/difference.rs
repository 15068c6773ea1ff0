//! A difference between a lock and the topology, told as a sentence.
use super::{Effect, FieldChange, Kind, StateAfter};
use std::fmt;

/// What is different.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// The application has another id.
    Application {
        /// As locked.
        locked: String,
        /// Now.
        now: String,
    },
    /// Sources, leaders or stores of a sub-topology are others.
    Layout,
    /// The lock does not know the name.
    Added,
    /// The topology does not have the name any more.
    Gone,
    /// The name was given up once and is used again.
    Revived,
    /// What the name stands for is different.
    Fact {
        /// `kind`, `key`, `value`, `partitions`, `size`, `retention`, `history`.
        fact: String,
        /// As locked.
        locked: String,
        /// Now.
        now: String,
        /// For fingerprints of records whose fields are known: the fields that changed.
        fields: Vec<FieldChange>,
    },
    /// Migrations of a store are declared that the lock does not know.
    MigrationAdded {
        /// From which types.
        from: Vec<String>,
    },
    /// Migrations of a store that the lock knows are declared no more.
    MigrationGone {
        /// From which types.
        from: Vec<String>,
    },
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What the name names; `None` for what concerns the application as a whole.
    pub kind: Option<Kind>,
    /// The name.
    pub name: String,
    /// What is different.
    pub change: Change,
    /// What it does.
    pub effect: Effect,
}
impl Difference {
    /// `App` and `TestDriver` do not start on it.
    pub fn is_refused(&self) -> bool {
        self.effect.refused
    }
    fn subject(&self) -> String {
        self.kind.map_or_else(|| format!("application `{}`", self.name), |kind| format!("{kind} `{}`", self.name))
    }
}
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = self.subject();
        match &self.change {
            Change::Application { locked, now } => write!(f, "the application was `{locked}` and is `{now}`")?,
            Change::Layout => write!(f, "{subject} has another layout (sub-topologies, stores, migrations)")?,
            Change::Added => write!(f, "{subject} is new")?,
            Change::Gone => write!(f, "{subject} is gone")?,
            Change::Revived => write!(f, "{subject} was given up once and is used again")?,
            Change::Fact { fact, locked, now, fields } if fields.is_empty() => write!(f, "{subject}: {fact} was {locked} and is {now}")?,
            Change::Fact { fact, fields, .. } => {
                let fields: Vec<String> = fields.iter().map(FieldChange::to_string).collect();
                write!(f, "{subject}: the {fact} has other fields ({})", fields.join(", "))?;
            }
            Change::MigrationAdded { from } => write!(f, "{subject}: a migration from {} is declared", from.join(" and from "))?,
            Change::MigrationGone { from } => write!(f, "{subject}: the migration from {} is declared no more", from.join(" and from "))?,
        }
        let Effect { state, leaves, way_out, .. } = &self.effect;
        if *state != StateAfter::Kept {
            write!(f, "; its state is {state}")?;
        }
        if let Some(topic) = leaves {
            write!(f, "; topic `{topic}` is left behind")?;
        }
        write!(f, ". {way_out}")
    }
}
