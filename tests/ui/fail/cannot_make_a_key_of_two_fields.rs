//! A key has the bytes of one other key.
use kstreams::prelude::*;

#[derive(Key, Serialize, Deserialize, Clone)]
pub struct Address {
    pub city: String,
    pub street: String,
}

fn main() {}
