//! `Record` writes through serde, so serde is derived beside it.
use kstreams::prelude::*;

#[derive(Record)]
pub struct Payment {
    pub cents: u64,
}

fn main() {}
