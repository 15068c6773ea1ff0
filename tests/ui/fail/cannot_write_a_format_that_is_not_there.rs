//! JSON is the one format of this version.
use kstreams::prelude::*;

#[derive(Serialize, Deserialize, Record)]
#[record(format = Avro)]
pub struct Payment {
    pub cents: u64,
}

fn main() {}
