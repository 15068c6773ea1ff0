//! Keys are copied wherever a record goes.
use kstreams::prelude::*;

#[derive(Key, Serialize, Deserialize)]
pub struct UserName(pub String);

fn main() {}
