//! Clicks counted three ways, and devices under keys whose type does not say how they are written: what the program `clicks` has to show.
use kstreams::{SessionWindowed, prelude::*};

#[topic(name = "clicks", key = String, value = u64, partitions = 4)]
pub struct Clicks;

/// All of them, by the hour, by visit.
pub type Stores = (StoreOf<String, u64>, StoreOf<TimeWindowed<String>, u64>, StoreOf<SessionWindowed<String>, u64>);

#[topology(id = "clicks")]
pub fn clicks(clicks: StreamOf<Clicks>) -> Stores {
    let all = clicks.clone().count("all");
    let hourly = clicks.clone().windowed_by(tumbling(hours(1))).count(stored("hourly").retention(hours(24)));
    let visits = clicks.windowed_by(session(minutes(5))).count(stored("visits").retention(hours(24)));
    (all.store(), hourly.store(), visits.store())
}

#[derive(Key, Serialize, Deserialize, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Device(pub u64);

#[topic(name = "devices", key = Device, value = u64, partitions = 2)]
pub struct Devices;

#[topology(id = "devices")]
pub fn devices(devices: StreamOf<Devices>) -> StoreOf<Device, u64> {
    devices.count("per-device").store()
}
