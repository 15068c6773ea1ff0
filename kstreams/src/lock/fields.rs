//! What is behind the fingerprints of a plan.
use crate::{
    codec::{Shape, fields::words},
    plan::{Plan, Store},
};
use std::collections::BTreeMap;

/// What is behind the fingerprints of a plan: the fields of records (only JSON has fields that can come and go), of all else its name.
pub(super) fn of(plan: &Plan) -> BTreeMap<u64, Vec<String>> {
    let topics = plan.topics.iter().map(|t| (t.schema, t.shapes));
    let stores = plan.stores.iter().map(|s| (s.schema, s.shapes));
    let migrations = plan.stores.iter().flat_map(Store::migrations).map(|m| (m.schema, m.shape));
    let both = |((key, value), (of_key, of_value)): ((u64, u64), (&'static Shape, &'static Shape))| [(key, of_key), (value, of_value)];
    let records = topics.chain(stores).flat_map(both).chain(migrations);
    records.filter(|(_, shape)| **shape != Shape::Opaque).map(|(fingerprint, shape)| (fingerprint, words(shape))).collect()
}
