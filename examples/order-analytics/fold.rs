//! What the topology computes, by a plain fold over its input in the order of time: nothing of kstreams is in it.
use super::input::Line;
use serde_json::Value;
use std::collections::BTreeMap;

/// The result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// Begin of each hour, epoch milliseconds, and how many bought in it what was made where they live.
    pub hours: BTreeMap<i64, u64>,
    /// Records of the wrong shape.
    pub bad: u64,
    /// Orders whose hour was over, grace included.
    pub late: u64,
}
const HOUR_MS: i64 = 3_600_000;
const GRACE_MS: i64 = 300_000;

/// Users and items as they are in the end, then orders one after the other: for input whose users and items come before any order.
pub fn fold(lines: &[Line]) -> Folded {
    let (mut folded, mut addresses, mut origins) = (Folded::default(), BTreeMap::new(), BTreeMap::new());
    let mut newest = i64::MIN;
    for line in lines {
        let Some(value) = well_formed(line) else {
            folded.bad += 1;
            continue;
        };
        match line.topic {
            "users" => drop(addresses.insert(&line.key, value["address"].as_str().map(str::to_owned))),
            "items" => drop(origins.insert(line.key.clone(), value["origin"].as_str().map(str::to_owned))),
            _ => {
                let Some(Some(address)) = addresses.get(&line.key) else { continue };
                let made_there = value["item"].as_str().and_then(|item| origins.get(item)?.as_ref()) == Some(address);
                if made_there {
                    folded.count(line.time, &mut newest);
                }
            }
        }
    }
    folded
}
impl Folded {
    fn count(&mut self, time: i64, newest: &mut i64) {
        *newest = time.max(*newest);
        let hour = time - time.rem_euclid(HOUR_MS);
        if hour + HOUR_MS + GRACE_MS <= *newest {
            self.late += 1;
        } else {
            *self.hours.entry(hour).or_default() += 1;
        }
    }
}

/// The value, if it is what its topic holds.
fn well_formed(line: &Line) -> Option<Value> {
    let value: Value = serde_json::from_str(&line.value).ok()?;
    let small = |field: &str, most: u64| value[field].as_u64().is_some_and(|n| n <= most);
    let good = match line.topic {
        "users" => value["gender"].is_string() && small("age", 255) && (value["address"].is_string() || value["address"].is_null()),
        "items" => value["price"].is_number() && value["category"].is_string() && value["origin"].is_string(),
        _ => value["item"].is_string() && value["ordered_at"].is_i64() && small("quantity", u32::MAX.into()),
    };
    good.then_some(value)
}
