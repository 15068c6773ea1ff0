//! Generated code names what it needs by full paths, so a user's own names stand in nobody's way.
#![allow(dead_code, unused_imports)]
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::{Clicks, Totals, UserName};

mod shadows {
    pub struct Option;
    pub struct Result;
    pub struct Vec;
    pub struct String;
    pub struct Duration;
    pub struct Murmur2;
    pub fn handle() {}
    pub fn schema() {}
    pub mod core {}
    pub mod std {}
}
use shadows::{Duration, Murmur2, Option, Result, String, Vec, handle, schema};

#[derive(Key, Serialize, Deserialize, Clone)]
pub struct r#Type {
    pub r#type: u64,
}
#[derive(Serialize, Deserialize, Record)]
pub struct Shadowed {
    #[record(event_time)]
    pub out: i64,
    pub bytes: u32,
}
impl Shadowed {
    /// An inherent function of the same name is not the one that is meant.
    pub fn encode(&self) {}
    pub fn decode() {}
}
#[topic(name = "shadowed", key = r#Type, value = Shadowed, partitions = 3)]
pub struct ShadowedTopic;

#[topology(id = "clicks")]
pub fn topology(clicks: StreamOf<Clicks>, __kstreams: u64, builder: u64, stores: u64, b: u64, r#type: StreamOf<ShadowedTopic>) {
    let limit = __kstreams + builder + stores + b;
    clicks.filter(move |n| *n > limit).to(Totals);
    r#type.discard();
}

fn main() {
    topology::topology(1, 2, 3, 4);
    let key: UserName = UserName("ann".into());
    let _ = key;
}
