//! A key is a newtype over a key; a float is none.
use kstreams::prelude::*;

#[derive(Key, Serialize, Deserialize, Clone)]
pub struct Price(pub f64);

fn main() {}
