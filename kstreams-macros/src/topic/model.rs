//! What it means: a topic with all it must say.
use super::parse::Options;
use crate::{crate_path::CratePath, errors::Errors};
use syn::{Expr, Ident, Type};

/// A declared topic.
pub(super) struct Topic {
    pub ident: Ident,
    /// What the user says of it.
    pub doc: Option<String>,
    pub name: String,
    /// The name is a regular expression: all topics that match.
    pub is_pattern: bool,
    pub key: Type,
    pub value: Type,
    pub partitions: Expr,
    pub partitioner: Option<Type>,
    pub history: Option<Expr>,
    pub window: Option<Expr>,
    pub reset: Option<Ident>,
    pub timestamp: Option<Expr>,
    pub expect_keys: Option<Expr>,
    pub expect_row_bytes: Option<Expr>,
    pub krate: CratePath,
}

impl Topic {
    /// Only a missing name has a stand-in: without key, value or count, what follows from the topic would be guessed.
    pub(super) fn new(ident: Ident, doc: Option<String>, o: Options, errors: &mut Errors) -> Option<Topic> {
        let missing = missing(&o);
        if !missing.is_empty() {
            errors.push(ident.span(), format!("topic `{ident}` does not say {}", missing.join(", ")));
        }
        Some(Topic {
            is_pattern: o.pattern.is_some(),
            name: o.pattern.or(o.name).map_or_else(|| ident.to_string(), |n| n.value()),
            ident,
            doc,
            key: o.key?,
            value: o.value?,
            partitions: o.partitions?,
            partitioner: o.partitioner,
            history: o.history,
            window: o.window,
            reset: o.reset,
            timestamp: o.timestamp,
            expect_keys: o.expect_keys,
            expect_row_bytes: o.expect_row_bytes,
            krate: o.krate,
        })
    }
}

fn missing(o: &Options) -> Vec<&'static str> {
    let mandatory = [
        (o.name.is_none() && o.pattern.is_none(), "name = \"..\""),
        (o.key.is_none(), "key = <type>"),
        (o.value.is_none(), "value = <type>"),
        (o.partitions.is_none(), "partitions = <count>"),
    ];
    mandatory.iter().filter_map(|(gone, option)| gone.then_some(*option)).collect()
}
