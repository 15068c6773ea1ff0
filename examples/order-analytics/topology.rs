//! The topology: orders meet their customers, then their items; what was made where it is bought is counted per hour.
use kstreams::prelude::*;

// ---- keys: one type per meaning, so "user name" and "item name" cannot be mixed up
/// Unique name of a customer.
#[derive(Key, Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserName(pub String);
/// Unique name of an article.
#[derive(Key, Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemName(pub String);

// ---- values
/// What a customer ordered.
#[derive(Serialize, Deserialize, Record, Clone, Debug, PartialEq)]
pub struct Order {
    /// What.
    pub item: ItemName,
    /// When, epoch milliseconds: the record's time.
    #[record(event_time)]
    pub ordered_at: i64,
    /// How many.
    pub quantity: u32,
}
/// A customer.
#[derive(Serialize, Deserialize, Record, Clone, Debug, PartialEq)]
pub struct User {
    /// As they say.
    pub gender: String,
    /// Where they live, if they told.
    pub address: Option<String>,
    /// In years.
    pub age: u8,
}
/// An article.
#[derive(Serialize, Deserialize, Record, Clone, Debug, PartialEq)]
pub struct Item {
    /// Of one.
    pub price: f64,
    /// What it is among.
    pub category: String,
    /// Where it is made.
    pub origin: String,
}
/// An order with what we know of its customer.
#[derive(Serialize, Deserialize, Record)]
pub struct UserOrder {
    /// The order.
    pub order: Order,
    /// Where the customer lives.
    pub address: Option<String>,
}
/// Whether something was bought where it was made.
#[derive(Serialize, Deserialize, Record)]
pub struct LocalOrder {
    /// Whether it was.
    pub is_local: bool,
}

// ---- topics
/// Orders placed in the shop.
#[topic(name = "orders", key = UserName, value = Order, partitions = 3)]
pub struct Orders;
/// Customer profiles.
#[topic(name = "users", key = UserName, value = User, partitions = 3)]
pub struct Users;
/// The catalogue.
#[topic(name = "items", key = ItemName, value = Item, partitions = 6)]
pub struct Items;
/// How many customers bought something made where they live, per hour.
#[topic(name = "local-buyers-per-hour", key = TimeWindowed<All>, value = u64, partitions = 1, window = hours(1))]
pub struct LocalBuyersPerHour;

// ---- operators: plain functions, tested as plain functions
/// Adds the customer's address to the order.
#[operator]
pub fn with_user(order: Order, user: Option<&User>) -> UserOrder {
    UserOrder { order, address: user.and_then(|u| u.address.clone()) }
}
/// Orders of customers without an address are dropped.
#[operator]
pub fn has_address(order: &UserOrder) -> bool {
    order.address.is_some()
}
/// What was ordered.
#[operator]
pub fn item_name(order: &UserOrder) -> ItemName {
    order.order.item.clone()
}
/// Compares the customer's address with the item's origin.
#[operator]
pub fn with_item(order: UserOrder, item: Option<&Item>) -> LocalOrder {
    LocalOrder { is_local: item.is_some_and(|item| Some(&item.origin) == order.address.as_ref()) }
}
/// Whether it was made where it was bought.
#[operator]
pub fn is_local(order: &LocalOrder) -> bool {
    order.is_local
}

// ---- topology
/// Customers per hour who bought an item made where they live.
#[topology(id = "order-analytics", lock = "order-analytics/order-analytics.lock", drawing = "order-analytics/order-analytics.svg")]
pub fn order_analytics(orders: StreamOf<Orders>, users: TableOf<Users>, items: TableOf<Items>) -> StoreOf<TimeWindowed<All>, u64> {
    let buyers = orders
        .left_join(users, with_user)
        .filter(has_address)
        .repartition_for(&items, "orders-by-item", item_name)
        .left_join(items, with_item)
        .filter(is_local)
        .repartition::<Single>("local-orders", |_| All)
        .windowed_by(tumbling(hours(1)).grace(minutes(5)))
        .count("local-buyers");
    buyers.to(LocalBuyersPerHour);
    buyers.store()
}
