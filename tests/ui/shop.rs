//! The shop that the cases are about: keys, records, topics and operators.
use kstreams::prelude::*;

/// Unique name of a customer.
#[derive(Key, Serialize, Deserialize, Clone, PartialEq, Eq, Hash)]
pub struct UserName(pub String);
/// Unique name of an article.
#[derive(Key, Serialize, Deserialize, Clone, PartialEq, Eq, Hash)]
pub struct ItemName(pub String);

/// What a customer ordered.
#[derive(Serialize, Deserialize, Record)]
pub struct Order {
    pub item: ItemName,
    #[record(event_time)]
    pub ordered_at: i64,
    pub quantity: u32,
}
/// A customer.
#[derive(Serialize, Deserialize, Record)]
pub struct User {
    pub address: Option<String>,
}
/// An article.
#[derive(Serialize, Deserialize, Record)]
pub struct Item {
    pub price: f64,
    pub origin: String,
}
/// An order with what we know of its customer.
#[derive(Serialize, Deserialize, Record)]
pub struct UserOrder {
    pub order: Order,
    pub address: Option<String>,
}

/// Orders placed in the shop.
#[topic(name = "orders", key = UserName, value = Order, partitions = 3)]
pub struct Orders;
/// Pages looked at.
#[topic(name = "clicks", key = UserName, value = u64, partitions = 3)]
pub struct Clicks;
/// Customer profiles.
#[topic(name = "users", key = UserName, value = User, partitions = 3)]
pub struct Users;
/// The catalogue.
#[topic(name = "items", key = ItemName, value = Item, partitions = 6)]
pub struct Items;
/// A number per customer.
#[topic(name = "totals", key = UserName, value = u64, partitions = 3)]
pub struct Totals;
/// A number per article.
#[topic(name = "per-item", key = ItemName, value = u64, partitions = 6)]
pub struct PerItem;
/// A number per customer and hour.
#[topic(name = "hourly", key = TimeWindowed<UserName>, value = u64, partitions = 3)]
pub struct Hourly;
/// Orders with what we know of their customers.
#[topic(name = "user-orders", key = UserName, value = UserOrder, partitions = 3)]
pub struct UserOrders;

/// Adds the customer's address to the order.
pub fn with_user(order: Order, user: Option<&User>) -> UserOrder {
    UserOrder { order, address: user.and_then(|u| u.address.clone()) }
}
/// The article of an order.
pub fn item_name(o: &UserOrder) -> ItemName {
    o.order.item.clone()
}
/// Whether the article comes from where the customer lives.
pub fn is_local(o: UserOrder, item: Option<&Item>) -> u64 {
    u64::from(item.is_some_and(|i| Some(&i.origin) == o.address.as_ref()))
}
/// Discounts of customers, and what they were.
#[topic(name = "discounts", key = UserName, value = u64, partitions = 3, history = hours(1))]
pub struct Discounts;
