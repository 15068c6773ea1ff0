//! A hash map's bytes differ from run to run. (e3c of the prototype.)
use kstreams::prelude::*;
use std::collections::HashMap;

#[derive(Serialize, Deserialize, Record)]
pub struct Payment {
    pub labels: HashMap<String, String>,
}

fn main() {}
