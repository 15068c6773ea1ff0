//! What buyers have spent, in versions of a program: the second one retypes its store. As topologies and as a plain fold.
use kstreams::{IntoStore, Plain, prelude::*};
use std::{collections::BTreeMap, str::FromStr};

/// A buyer's orders, in cents.
#[topic(name = "orders", key = String, value = u64, partitions = 3)]
pub struct Orders;
/// What a buyer has spent, in words; each change is written out.
#[topic(name = "spent", key = String, value = String, partitions = 3)]
pub struct Spent;

/// A buyer's row.
#[derive(Serialize, Deserialize, Record, Clone, Debug, PartialEq)]
pub struct Total {
    pub cents: u64,
    pub orders: u64,
    /// Behind much else, each order in its turn.
    pub note: String,
}
pub mod first {
    //! A buyer's row as version 1 has it.
    use kstreams::prelude::*;

    #[derive(Serialize, Deserialize, Record, Clone, Debug, PartialEq)]
    pub struct Total {
        pub cents: u64,
        pub note: String,
    }
}

/// A version of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// Rows are [`first::Total`].
    First,
    /// Rows are [`Total`], and those of the first version are migrated.
    Migrating,
    /// Rows are [`Total`], and nothing is said of older ones.
    Retyped,
}
impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Version, String> {
        [Version::First, Version::Migrating, Version::Retyped].into_iter().find(|v| v.to_string() == text).ok_or_else(|| text.to_owned())
    }
}
impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self, f)
    }
}

/// A version's topology, under an application's id.
pub fn topology(id: &str, version: Version) -> Topology {
    let b = Topology::builder(id);
    let orders = b.stream(Orders);
    orders.clone().count("counts").to_stream().discard();
    match version {
        Version::First => sums(orders),
        Version::Migrating => totals(orders, stored("totals").migrate(from::<first::Total>(), migrated)),
        Version::Retyped => totals(orders, "totals"),
    }
    b.build(())
}
fn sums(orders: StreamOf<Orders>) {
    let none = || first::Total { cents: 0, note: much() };
    let sums = orders.aggregate("totals", none, |total: &mut first::Total, cents| {
        total.cents += cents;
        total.note += &noted(*cents);
    });
    sums.to_stream().present().map_values(|total| in_words_at_first(total.cents)).to(Spent);
}
fn totals(orders: StreamOf<Orders>, store: impl IntoStore<Total, Kind = Plain>) {
    let totals = orders.aggregate(store, nothing, |total: &mut Total, cents| total.add(*cents));
    totals.to_stream().present().map_values(|total| total.in_words()).to(Spent);
}
fn nothing() -> Total {
    Total { cents: 0, orders: 0, note: much() }
}
impl Total {
    fn add(&mut self, cents: u64) {
        *self = Total { cents: self.cents + cents, orders: self.orders + 1, note: std::mem::take(&mut self.note) + &noted(cents) };
    }
    fn in_words(&self) -> String {
        format!("{} in {}", self.cents, self.orders)
    }
}
/// Nobody knows how many orders there were.
const UNKNOWN: u64 = 1_000;
/// A row of version 1 as those after it have it.
pub fn migrated(old: first::Total) -> Total {
    Total { cents: old.cents, orders: UNKNOWN, note: old.note }
}
fn in_words_at_first(cents: u64) -> String {
    cents.to_string()
}
/// Rows are so large that their changelog is written once more in several commits.
fn much() -> String {
    "much else; ".repeat(200)
}
fn noted(cents: u64) -> String {
    format!("+{cents}")
}

/// What must have come of the orders.
#[derive(Default)]
pub struct Fold {
    /// Each buyer's rows one after the other, as [`Total`].
    pub rows: BTreeMap<String, Vec<Total>>,
    /// What was written out for each buyer.
    pub spent: BTreeMap<String, Vec<String>>,
}
impl Fold {
    /// An order that this version takes.
    pub fn order(&mut self, version: Version, buyer: &str, cents: u64) {
        let rows = self.rows.entry(buyer.to_owned()).or_default();
        let mut row = rows.last().cloned().unwrap_or_else(nothing);
        row.add(cents);
        if version == Version::First {
            row.orders = UNKNOWN;
        }
        let said = if version == Version::First { in_words_at_first(row.cents) } else { row.in_words() };
        rows.push(row);
        self.spent.entry(buyer.to_owned()).or_default().push(said);
    }
    /// How many orders each buyer has given.
    pub fn counts(&self) -> BTreeMap<String, u64> {
        self.spent.iter().map(|(buyer, said)| (buyer.clone(), said.len() as u64)).collect()
    }
}
