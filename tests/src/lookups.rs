//! A topology that looks things up: in a table, in global tables, in a store that two processors share; and that says how much it expects.
use kstreams::{Topology, prelude::*};

/// Clicks of a user.
#[topic(name = "clicks", key = String, value = u64, partitions = 4)]
pub struct Clicks;
/// Limits of a user.
#[topic(name = "limits", key = String, value = u64, partitions = 4, expect_keys = 1_000_000, expect_row_bytes = 20)]
pub struct Limits;
/// Countries by their codes.
#[topic(name = "countries", key = u64, value = String, partitions = 1, expect_keys = 250, expect_row_bytes = 30)]
pub struct Countries;
/// Users above their limits.
#[topic(name = "alerts", key = String, value = String, partitions = 4)]
pub struct Alerts;
/// Clicks of a user, each hour.
#[topic(name = "hourly", key = TimeWindowed<String>, value = u64, partitions = 4, window = hours(1))]
pub struct Hourly;

/// Users whose clicks exceed their limit, each once.
#[operator]
pub struct Exceeded;
impl Processor for Exceeded {
    type Key = String;
    type In = u64;
    type Stores = (KvStore<String, bool>, TableView<String, u64>, GlobalView<u64, String>);
    type Out = EmitInPlace<String, String>;
    fn process(&mut self, click: Message<String, u64>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        let (told, limits, countries) = &mut cx.stores;
        let is_over = limits.get(&click.key)?.is_some_and(|limit| click.value > limit);
        if is_over && told.get(&click.key)?.is_none() {
            told.put(&click.key, true)?;
            let country = countries.get(&click.value)?.unwrap_or_default();
            cx.out.emit(&click.key, country)?;
        }
        Ok(())
    }
}
/// Forgets who was told.
#[operator]
pub struct Forgiven;
impl Processor for Forgiven {
    type Key = String;
    type In = u64;
    type Stores = KvStore<String, bool>;
    type Out = EmitInPlace<String, u64>;
    fn process(&mut self, click: Message<String, u64>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        cx.stores.delete(&click.key).map(drop)
    }
}
/// The country of a click.
#[operator]
pub fn country_of<const N: u64>(click: &u64) -> u64 {
    *click % N
}
/// The click with its country's name.
#[operator]
pub fn named_country(click: u64, country: Option<&String>) -> u64 {
    click + country.map_or(0, |_| 1)
}

/// Tells of users above their limits, and counts clicks.
#[topology(id = "lookups")]
pub fn lookups(clicks: StreamOf<Clicks>, limits: TableOf<Limits>, countries: GlobalOf<Countries>) {
    let told = kv("told").in_memory().expect_keys(2_000).expect_row_bytes(60);
    clicks.clone().process((told.clone(), limits, countries), || Exceeded).to(Alerts);
    clicks.clone().filter(|click| *click == 0).process(told, || Forgiven).discard();
    clicks
        .left_join_global(countries, country_of::<250>, named_country)
        .windowed_by(tumbling(hours(1)).grace(minutes(5)))
        .count(stored("per-hour").expect_keys(300_000).expect_row_bytes(60))
        .to(Hourly);
}

/// The topology without its handles.
pub fn topology() -> Topology {
    lookups::topology()
}
