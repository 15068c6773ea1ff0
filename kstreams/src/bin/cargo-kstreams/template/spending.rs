//! The topology without brokers: its worker, its three partitions, and a crash.
use kstreams::prelude::*;
use {{crate}}::{Order, Orders, Spent, UserName, spending};

fn user(name: &str) -> UserName {
    UserName(name.into())
}
fn order(item: &str, cents: u64) -> Order {
    Order { item: item.into(), ordered_at: 1_767_608_400_000, cents }
}

#[test]
fn large_orders_add_up() {
    let mut driver = TestDriver::new(spending::topology());
    driver.input(Orders).send(user("ann"), order("wine", 1_500)).send(user("ann"), order("pen", 100));
    driver.crash(); // another worker goes on with what was committed
    driver.input(Orders).send(user("ann"), order("lamp", 4_000)).send(user("bob"), order("vase", 2_000));
    assert_eq!(driver.output(Spent).table(), [(user("ann"), 5_500), (user("bob"), 2_000)]);
}
