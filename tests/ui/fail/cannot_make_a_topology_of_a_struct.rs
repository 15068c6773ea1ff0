//! A topology is a function.
use kstreams::prelude::*;

#[topology(id = "t")]
pub struct OrderTotals;

fn main() {}
