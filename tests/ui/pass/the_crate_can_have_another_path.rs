//! A facade hands kstreams on under another path, and every macro is told so.
mod facade {
    pub use ::kstreams as streams;
}
use crate::facade::streams::{Key, Record, StreamOf, topic, topology};
use serde::{Deserialize, Serialize};

mod kstreams {}

#[derive(Key, Serialize, Deserialize, Clone)]
#[key(crate = "crate::facade::streams")]
pub struct Name(pub String);
#[derive(Serialize, Deserialize, Record)]
#[record(crate = "crate::facade::streams")]
pub struct Visit {
    #[record(event_time)]
    pub at: i64,
}
#[topic(name = "visits", key = Name, value = Visit, partitions = 3, crate = "crate::facade::streams")]
pub struct Visits;
#[topic(name = "visits-per-name", key = Name, value = u64, partitions = 3, crate = "crate::facade::streams")]
pub struct VisitsPerName;

#[topology(id = "visits", crate = "crate::facade::streams")]
pub fn visits(visits: StreamOf<Visits>) {
    visits.count("visits-per-name").to(VisitsPerName);
}

fn main() {
    visits::topology();
}
