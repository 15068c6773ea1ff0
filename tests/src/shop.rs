//! A topology of some sixty nodes, as grown ones are: many topics, branches, joins and windows in several sub-topologies.
// A predicate of a stream of strings takes them as they are.
#![allow(clippy::ptr_arg)]
use kstreams::{Topology, prelude::*};

type ByUser = Space<String, 6>;
type ByItem = Space<u64, 12>;

fn user_topic(name: &str) -> kstreams::RuntimeTopic<ByUser, u64> {
    named(name)
}
fn text_topic(name: &str) -> kstreams::RuntimeTopic<ByUser, String> {
    named(name)
}
fn item_topic(name: &str) -> kstreams::RuntimeTopic<ByItem, String> {
    named(name)
}
fn hourly_topic(name: &str) -> kstreams::RuntimeTopic<Space<TimeWindowed<u64>, 12>, u64> {
    named(name)
}

fn is_valid(value: &u64) -> bool {
    *value > 0
}
fn is_bot(value: &u64) -> bool {
    *value > 1_000_000
}
fn is_large(value: &u64) -> bool {
    *value > 100
}
fn to_cents(value: u64) -> u64 {
    value * 100
}
fn add(sum: &mut u64, value: &u64) {
    *sum += value;
}
fn with_profile(value: u64, profile: Option<&String>) -> String {
    format!("{value} {profile:?}")
}
fn with_consent(text: String, consent: Option<&String>) -> String {
    format!("{text} {consent:?}")
}
fn with_item(value: u64, item: Option<&String>) -> String {
    format!("{value} {item:?}")
}
fn has_profile(text: &String) -> bool {
    !text.contains("None")
}
fn is_known(text: &String) -> bool {
    !text.contains("None")
}
fn click_and_order(click: &u64, order: &u64) -> u64 {
    click + order
}
fn both(profile: Option<&String>, consent: Option<&String>) -> String {
    format!("{profile:?} {consent:?}")
}
fn item_of(value: &u64) -> u64 {
    *value
}

/// Clicks, orders, payments and returns of a shop.
pub fn shop() -> Topology {
    let b = Topology::builder("shop");
    let profiles = b.table(text_topic("profiles"));
    let consents = b.table(text_topic("consents"));
    let items = b.table(item_topic("items"));
    let customers = profiles.outer_join(consents, both);
    customers.to(text_topic("customers"));

    let clicks = b.stream(user_topic("clicks")).filter(is_valid);
    let (bots, people) = clicks.split().branch("bots", is_bot).default_branch();
    bots.clone().count("bot-clicks").to(user_topic("bot-counts"));
    bots.discard();
    people.clone().windowed_by(tumbling(minutes(5)).grace(minutes(1))).count("clicks-per-user").to_stream().discard();
    people.clone().left_join(profiles, with_profile).filter(has_profile).left_join(consents, with_consent).to(text_topic("clicks-known"));

    let orders = b.stream(user_topic("orders")).filter(is_valid).map_values(to_cents);
    let paid = b.streams([user_topic("card-payments"), user_topic("bank-payments")]).filter(is_valid);
    let matched = people.join_stream(orders.clone(), within(hours(1)), "click-order", click_and_order);
    matched.to(user_topic("conversions"));
    paid.clone().reduce("paid-per-user", add).to(user_topic("paid"));
    let settled = orders.clone().merge(paid);
    let (large, small) = settled.split().branch("large", is_large).default_branch();
    large.clone().left_join(profiles, with_profile).to(text_topic("reviews"));

    let by_item = small.merge(large).repartition_for(&items, "orders-by-item", item_of);
    by_item.clone().left_join(items, with_item).filter(is_known).to(item_topic("sold"));
    by_item.clone().windowed_by(tumbling(hours(1)).grace(minutes(5))).count("sold-per-hour").to(hourly_topic("sold-hourly"));
    by_item
        .clone()
        .windowed_by(hopping(days(1), hours(1)).grace(hours(1)))
        .reduce("revenue-per-day", add)
        .to(hourly_topic("revenue-daily"));
    let returns = b.stream(user_topic("returns")).filter(is_valid).repartition_for(&items, "returns-by-item", item_of);
    returns.clone().count("returns-per-item").to_stream().discard();
    let net = by_item.merge(returns).aggregate(
        "net-per-item",
        || 0_u64,
        |sum: &mut u64, value: &u64| {
            *sum += value;
            Slot::Keep
        },
    );
    net.filter(is_large).to(named::<ByItem, u64>("net"));
    orders
        .repartition::<Single>("all-orders", |_| All)
        .windowed_by(tumbling(hours(1)))
        .count("orders-per-hour")
        .suppress("final-orders", until_window_closes())
        .to_stream()
        .discard();
    b.build(())
}
