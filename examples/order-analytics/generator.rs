//! Makes input: names, towns and wares, some bought more than others, some records late, some broken. Equal seeds make equal input.
use super::input::Line;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::json;

/// What is made.
#[derive(Clone, Copy, Debug)]
pub struct Recipe {
    /// Of the dice.
    pub seed: u64,
    /// Customers.
    pub users: usize,
    /// Articles.
    pub items: usize,
    /// Orders, the late and broken ones among them.
    pub orders: usize,
    /// When the first order is placed, epoch milliseconds.
    pub start_ms: i64,
    /// Time from one order to the next is up to this.
    pub step_ms: i64,
    /// One order of so many is late, by hours; 0: none.
    pub late_one_in: u32,
    /// One order of so many is broken; 0: none.
    pub broken_one_in: u32,
}
impl Default for Recipe {
    fn default() -> Self {
        // 2026-01-05 06:00 UTC; some fourteen hours of orders.
        let start_ms = 1_767_592_800_000;
        Recipe { seed: 7, users: 120, items: 40, orders: 2_500, start_ms, step_ms: 40_000, late_one_in: 125, broken_one_in: 250 }
    }
}

const TOWNS: [&str; 6] = ["Lyon", "Porto", "Graz", "Bergen", "Ghent", "Siena"];
const NAMES: [&str; 12] = ["ann", "bob", "cleo", "dan", "eva", "finn", "gus", "hana", "ivo", "jana", "kim", "leo"];
const WARES: [(&str, &str); 8] = [
    ("wine", "drinks"),
    ("cider", "drinks"),
    ("cheese", "food"),
    ("bread", "food"),
    ("vase", "home"),
    ("lamp", "home"),
    ("scarf", "clothes"),
    ("hat", "clothes"),
];
const HOUR_MS: i64 = 3_600_000;

/// Users and items first, then orders in the order in which they arrive.
pub fn generate(recipe: &Recipe) -> Vec<Line> {
    let mut dice = StdRng::seed_from_u64(recipe.seed);
    let users: Vec<Line> = (0..recipe.users).map(|n| user(n, &mut dice)).collect();
    let items: Vec<Line> = (0..recipe.items).map(|n| item(n, &mut dice)).collect();
    let mut time = recipe.start_ms;
    let mut orders = Vec::with_capacity(recipe.orders);
    for _ in 0..recipe.orders {
        time += dice.random_range(0..=recipe.step_ms);
        let (user, item) = (&users[skewed(recipe.users, &mut dice)].key, &items[skewed(recipe.items, &mut dice)].key);
        orders.push(order(recipe, user, item, time, &mut dice));
    }
    [users, items, orders].concat()
}
/// Small numbers are more frequent.
fn skewed(below: usize, dice: &mut StdRng) -> usize {
    let at: f64 = dice.random();
    ((at * at) * below as f64) as usize
}
fn one_in(many: u32, dice: &mut StdRng) -> bool {
    many > 0 && dice.random_range(0..many) == 0
}
fn town(dice: &mut StdRng) -> &'static str {
    TOWNS[skewed(TOWNS.len(), dice)]
}

fn user(n: usize, dice: &mut StdRng) -> Line {
    let key = format!("{}-{}", NAMES[n % NAMES.len()], n / NAMES.len());
    let address = (!one_in(10, dice)).then(|| town(dice));
    let value = json!({"gender": if dice.random() { "f" } else { "m" }, "address": address, "age": dice.random_range(18..90)});
    Line { topic: "users", key, value: value.to_string(), time: 0 }
}
fn item(n: usize, dice: &mut StdRng) -> Line {
    let (ware, category) = WARES[n % WARES.len()];
    let value = json!({"price": f64::from(dice.random_range(100..5_000)) / 100.0, "category": category, "origin": town(dice)});
    Line { topic: "items", key: format!("{ware}-{}", n / WARES.len()), value: value.to_string(), time: 0 }
}
fn order(recipe: &Recipe, user: &str, item: &str, now: i64, dice: &mut StdRng) -> Line {
    let (topic, key) = ("orders", user.to_owned());
    if one_in(recipe.broken_one_in, dice) {
        let value = if dice.random() { json!({"item": item, "quantity": "many"}) } else { json!(["not", "an", "order"]) };
        return Line { topic, key, value: value.to_string(), time: 0 };
    }
    // Two hours and more: whatever the order of partitions, it is late.
    let late = if one_in(recipe.late_one_in, dice) { dice.random_range(2..6) * HOUR_MS } else { 0 };
    let time = now - late;
    let value = json!({"item": item, "ordered_at": time, "quantity": dice.random_range(1..5)});
    Line { topic, key, value: value.to_string(), time }
}

/// The line as it stands in a file.
pub fn as_text(line: &Line) -> String {
    let key = json!(line.key);
    format!("{{\"key\": {key}, \"value\": {}}}", line.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order_analytics::{fold::fold, input::parse};

    #[test]
    fn equal_seeds_make_equal_input_and_others_do_not() {
        let recipe = Recipe::default();
        assert_eq!(generate(&recipe), generate(&recipe));
        assert_ne!(generate(&recipe), generate(&Recipe { seed: 8, ..recipe }));
    }

    #[test]
    fn text_is_read_back() {
        let lines = generate(&Recipe::default());
        for topic in crate::order_analytics::input::TOPICS {
            let of: Vec<Line> = lines.iter().filter(|l| l.topic == topic).cloned().collect();
            let text: Vec<String> = of.iter().map(as_text).collect();
            assert_eq!(parse(topic, "", &text.join("\n")).unwrap(), of);
        }
    }

    #[test]
    fn some_are_late_and_some_are_broken() {
        let folded = fold(&generate(&Recipe::default()));
        assert!(folded.hours.len() >= 12 && folded.late > 0 && folded.bad > 0, "{folded:?}");
    }
}
