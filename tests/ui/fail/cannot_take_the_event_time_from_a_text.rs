//! An event time is epoch milliseconds.
use kstreams::prelude::*;

#[derive(Serialize, Deserialize, Record)]
pub struct Payment {
    #[record(event_time)]
    pub paid_at: String,
}

fn main() {}
