//! Every field of a record is a record. (e3c of the prototype.)
use kstreams::prelude::*;

#[derive(Serialize, Deserialize)]
pub struct Money {
    pub cents: u64,
}
#[derive(Serialize, Deserialize, Record)]
pub struct Payment {
    pub amount: Money,
}

fn main() {}
