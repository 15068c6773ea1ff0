//! The records of a topology, each with its fields once.
use super::{Field, Schema, Type};
use crate::codec::Shape;
use std::collections::BTreeMap;

/// A type of a topic or a store.
pub(super) fn of(name: &str, fingerprint: u64, shape: &'static Shape) -> Type {
    Type {
        name: super::names::short(name),
        format: shape.format(),
        fingerprint: format!("{fingerprint:016x}"),
        schema: record(shape),
        shape,
    }
}
/// The record that a value is, or may be.
fn record(shape: &Shape) -> Option<String> {
    match shape {
        Shape::Record { name, .. } => Some((*name).to_owned()),
        Shape::Composed { kind: "option" | "box", of: [of] } => record(of),
        _ => None,
    }
}

/// All records that these types are made of, by name.
pub(super) fn schemas<'a>(types: impl Iterator<Item = &'a Type>) -> Vec<Schema> {
    let mut found = BTreeMap::new();
    types.for_each(|ty| collect(ty.shape, &mut found));
    found.into_iter().map(|(name, fields)| Schema { name: name.to_owned(), fields }).collect()
}
fn collect(shape: &'static Shape, found: &mut BTreeMap<&'static str, Vec<Field>>) {
    match shape {
        Shape::Record { name, fields } if !found.contains_key(name) => {
            let field = |(name, shape): &(&str, &Shape)| Field { name: (*name).to_owned(), ty: shape.name() };
            found.insert(name, fields.iter().map(field).collect());
            fields.iter().for_each(|(_, shape)| collect(shape, found));
        }
        Shape::Newtype { name, of } if !found.contains_key(name) => {
            found.insert(name, vec![Field { name: "0".into(), ty: of.name() }]);
            collect(of, found);
        }
        Shape::Composed { of, .. } => of.iter().for_each(|shape| collect(shape, found)),
        _ => {}
    }
}
