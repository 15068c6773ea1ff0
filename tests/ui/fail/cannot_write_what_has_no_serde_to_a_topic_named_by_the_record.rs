//! Whatever the topic, a value needs its bytes.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

pub struct Page(pub u64);

#[topology(id = "t")]
pub fn t(clicks: StreamOf<Clicks>) {
    clicks.map_values(Page).to_dynamic(|_, page, _| format!("page-{}", page.0));
}

fn main() {}
