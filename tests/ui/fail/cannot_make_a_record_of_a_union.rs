//! A union has no fields to write.
use kstreams::prelude::*;

#[derive(Record)]
pub union Bits {
    pub whole: u32,
}

fn main() {}
