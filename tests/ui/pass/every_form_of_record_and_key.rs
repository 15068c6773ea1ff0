//! Structs, tuples, enums and generic types are records; structs of one field are keys.
use kstreams::prelude::*;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Key, Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Number(pub u64);
#[derive(Key, Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Named {
    pub inner: Number,
}
#[derive(Serialize, Deserialize, Record)]
pub struct Unit;
#[derive(Serialize, Deserialize, Record)]
pub struct Tuple(pub Number, #[record(event_time)] pub i64);
#[derive(Serialize, Deserialize, Record)]
pub enum Event {
    Opened,
    Moved(i32, i32),
    Named { name: Option<String>, tags: BTreeSet<String>, places: BTreeMap<String, Vec<Unit>> },
}
#[derive(Serialize, Deserialize, Record)]
#[serde(bound = "")]
pub struct Tagged<T: Record + Serialize + DeserializeOwned> {
    pub tag: String,
    pub of: T,
}

fn record<R: Record>() -> u64 {
    R::SCHEMA
}
fn key<K: Key>() -> u64 {
    K::SCHEMA
}

fn main() {
    let schemas = [
        key::<Number>(),
        key::<Named>(),
        record::<Unit>(),
        record::<Tuple>(),
        record::<Event>(),
        record::<Tagged<u64>>(),
        record::<Tagged<u32>>(),
    ];
    let different: BTreeSet<u64> = schemas.into_iter().collect();
    assert_eq!(different.len(), schemas.len());
}
