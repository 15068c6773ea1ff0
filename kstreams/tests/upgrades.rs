//! What an edit does to a deployed application: each row makes one, and says what the lock must say of it. `docs/upgrades.md` is these rows;
//! `KSTREAMS_DRAW=1 cargo test -p kstreams --test upgrades` writes it anew.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{
    lock::{Difference, Lock, StateAfter},
    prelude::*,
};
use std::{env, fs, path::Path, time::Duration};

#[derive(Serialize, Deserialize, Record, Clone)]
struct Order {
    item: u64,
}
mod edited {
    //! The same record, edited.
    use kstreams::prelude::*;

    #[derive(Serialize, Deserialize, Record, Clone)]
    pub(crate) struct Order {
        pub(crate) item: u64,
        pub(crate) note: Option<String>,
    }
    pub(crate) mod required {
        //! With a field that must be there.
        use kstreams::prelude::*;

        #[derive(Serialize, Deserialize, Record, Clone)]
        pub(crate) struct Order {
            pub(crate) item: u64,
            pub(crate) shop: String,
        }
    }
    pub(crate) mod shortened {
        //! Without a field.
        use kstreams::prelude::*;

        #[derive(Serialize, Deserialize, Record, Clone)]
        pub(crate) struct Order {}
    }
}

fn orders(b: &Builder) -> Stream<Space<String, 3>, u64> {
    b.stream(named("orders"))
}
fn built(build: impl FnOnce(&Builder)) -> Topology {
    let b = Topology::builder("shop");
    build(&b);
    let topology = b.build(());
    assert!(topology.problems().is_empty(), "{:?}", topology.problems());
    topology
}
fn counting(store: &'static str) -> Topology {
    built(|b| orders(b).count(store).to(named::<Space<String, 3>, u64>("counts")))
}
fn filtered() -> Topology {
    built(|b| orders(b).filter(|n| *n > 0).count("counts").to(named::<Space<String, 3>, u64>("counts")))
}
fn with_another_store() -> Topology {
    built(|b| {
        let orders = orders(b);
        orders.clone().reduce("sums", |sum: &mut u64, n: &u64| *sum += n).to_stream().discard();
        orders.count("counts").to(named::<Space<String, 3>, u64>("counts"));
    })
}
fn texts() -> Topology {
    let add = |all: &mut String, n: &u64| all.push_str(&n.to_string());
    built(|b| orders(b).aggregate("counts", String::new, add).to(named::<Space<String, 3>, String>("counts")))
}
fn windows(size: Duration, kept: Duration) -> Topology {
    built(|b| orders(b).windowed_by(tumbling(size)).count(stored("hourly").retention(kept)).to_stream().discard())
}
fn repartitioned<const N: u32>() -> Topology {
    built(|b| orders(b).repartition::<Space<u64, N>>("by-item", |item| *item).count("counts").to_stream().discard())
}
fn of_source<const N: u32>() -> Topology {
    built(|b| b.stream(named::<Space<String, N>, u64>("orders")).count("counts").to_stream().discard())
}
/// The same key, moved first: what counted in one sub-topology counts in another.
fn split() -> Topology {
    built(|b| {
        let moved = orders(b).place::<Space<String, 3>>("moved");
        moved.count("counts").to(named::<Space<String, 3>, u64>("counts"));
    })
}
fn last<V: Record<Present = V> + Clone>() -> Topology {
    built(|b| b.stream(named::<Space<String, 3>, V>("orders")).to_table("last").to_stream().discard())
}
fn versioned(history: Duration) -> Topology {
    built(|b| b.stream(named::<Space<String, 3>, u64>("orders")).to_table(stored("last").versioned(history)).to_stream().discard())
}
fn unlogged() -> Topology {
    built(|b| orders(b).count(stored("counts").unlogged()).to(named::<Space<String, 3>, u64>("counts")))
}
fn another_id() -> Topology {
    let b = Topology::builder("shop-2");
    orders(&b).count("counts").to(named::<Space<String, 3>, u64>("counts"));
    b.build(())
}
fn another_source() -> Topology {
    built(|b| b.stream(named::<Space<String, 3>, u64>("orders-2")).count("counts").to(named::<Space<String, 3>, u64>("counts")))
}
fn another_result() -> Topology {
    built(|b| orders(b).count("counts").to(named::<Space<String, 3>, u64>("counts-2")))
}
/// An edit and what it does.
struct Row {
    edit: &'static str,
    from: fn() -> Topology,
    to: fn() -> Topology,
    /// Old and new instances run side by side.
    rolls: bool,
    state: StateAfter,
    leaves: &'static [&'static str],
    /// The new version starts only after the lock was told.
    refused: bool,
}
const fn row(edit: &'static str, from: fn() -> Topology, to: fn() -> Topology) -> Row {
    Row { edit, from, to, rolls: true, state: StateAfter::Kept, leaves: &[], refused: false }
}
const HOUR: Duration = hours(1);
const DAY: Duration = days(1);

fn rows() -> Vec<Row> {
    use StateAfter::{Lost, Misplaced, Trimmed, Unreadable};
    let counts = || counting("counts");
    let refused = |state, row| Row { rolls: false, state, refused: true, ..row };
    vec![
        row("a stateless operator is added", counts, filtered),
        Row { rolls: false, ..row("a store is added", counts, with_another_store) },
        Row { leaves: &["shop-counts-changelog"], ..refused(Lost, row("a store is renamed", counts, || counting("totals"))) },
        refused(Unreadable, row("a store is retyped", counts, texts)),
        refused(Unreadable, row("windows are resized", || windows(HOUR, DAY), || windows(hours(2), DAY))),
        row("windows are kept longer", || windows(HOUR, DAY), || windows(HOUR, 2 * DAY)),
        Row { state: Trimmed, ..row("windows are kept for less time", || windows(HOUR, 2 * DAY), || windows(HOUR, DAY)) },
        Row { state: Trimmed, ..row("a versioned table remembers less", || versioned(2 * DAY), || versioned(DAY)) },
        refused(Misplaced, row("a repartition gets another count", repartitioned::<3>, repartitioned::<6>)),
        refused(Misplaced, row("a source topic gets another count", of_source::<3>, of_source::<6>)),
        Row { rolls: false, ..row("a sub-topology is split by a repartition", counts, split) },
        Row { leaves: &["shop-moved-repartition"], ..refused(Lost, row("a repartition is removed", split, counts)) },
        row("an optional field is added to a record", last::<Order>, last::<edited::Order>),
        refused(Unreadable, row("a field is added to a record", last::<Order>, last::<edited::required::Order>)),
        refused(Unreadable, row("a field of a record is removed", last::<Order>, last::<edited::shortened::Order>)),
        Row { rolls: false, leaves: &["shop-counts-changelog"], ..row("a store loses its changelog", counts, unlogged) },
        refused(Unreadable, row("a store gets a changelog", unlogged, counts)),
        Row { rolls: false, ..row("another topic is read", counts, another_source) },
        Row { leaves: &["counts"], ..row("another topic is written", counts, another_result) },
        refused(Lost, row("the application id is changed", counts, another_id)),
    ]
}

fn said(row: &Row) -> Vec<Difference> {
    Lock::of(&(row.from)()).compare(&Lock::of(&(row.to)()))
}
fn worst(differences: &[Difference]) -> StateAfter {
    let order = [StateAfter::Kept, StateAfter::Trimmed, StateAfter::Misplaced, StateAfter::Unreadable, StateAfter::Lost];
    let rank = |state: &StateAfter| order.iter().position(|s| s == state);
    differences.iter().map(|d| d.effect.state).max_by_key(rank).unwrap_or(StateAfter::Kept)
}

#[test]
fn the_lock_says_what_an_edit_does() {
    for row in rows() {
        let differences = said(&row);
        let text = differences.iter().map(Difference::to_string).collect::<Vec<_>>().join("\n");
        assert_eq!(differences.iter().all(|d| d.effect.rolls), row.rolls, "{}: rolls\n{text}", row.edit);
        assert_eq!(worst(&differences), row.state, "{}: state\n{text}", row.edit);
        let leaves: Vec<&str> = differences.iter().filter_map(|d| d.effect.leaves.as_deref()).collect();
        assert_eq!(leaves, row.leaves, "{}: left behind\n{text}", row.edit);
        assert_eq!(differences.iter().any(Difference::is_refused), row.refused, "{}: refused\n{text}", row.edit);
    }
}

/// A difference is told with the names that it is about and the way out.
#[test]
fn differences_are_sentences() {
    let text: String = rows().iter().map(|row| format!("{}\n{}\n", row.edit, list(&said(row)))).collect();
    insta::assert_snapshot!(text);
}
fn list(differences: &[Difference]) -> String {
    differences.iter().map(|d| format!("- {d}\n")).collect()
}

/// The table of the guide.
#[test]
fn the_table_in_docs_is_not_stale() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/upgrades.md");
    let table = table();
    if env::var_os("KSTREAMS_DRAW").is_some() {
        fs::write(&kept, &table).unwrap();
    }
    assert!(fs::read_to_string(&kept).unwrap_or_default() == table, "docs/upgrades.md is stale: run this with KSTREAMS_DRAW=1");
}
fn table() -> String {
    let heading = "# What an edit does to a running application\n\n\
        Written by `kstreams/tests/upgrades.rs`, which makes each edit and compares the locks.\n\n\
        | edit | old and new run side by side | starts | state | left behind |\n|---|---|---|---|---|\n";
    let line = |row: &Row| {
        let rolls = if row.rolls { "yes" } else { "no: stop the old, then start the new" };
        let starts = if row.refused { "not before the lock is told" } else { "yes" };
        let leaves = row.leaves.iter().map(|topic| format!("`{topic}`")).collect::<Vec<_>>().join(", ");
        format!("| {} | {rolls} | {starts} | {} | {leaves} |\n", row.edit, row.state)
    };
    let said = |row: &Row| {
        format!(
            "### {}\n\n{}\n",
            row.edit,
            // A type such as `Option<String>` is no HTML.
            if row.leaves.is_empty() && said(row).is_empty() { "Nothing.\n".into() } else { list(&said(row)).replace('<', "&lt;") }
        )
    };
    let table: String = rows().iter().map(line).collect();
    let details: String = rows().iter().map(said).collect();
    format!("{heading}{table}\n## What the lock says\n\n{}\n", details.trim_end())
}

#[test]
fn what_is_given_up_is_remembered() {
    let mut lock = Lock::of(&counting("counts"));
    let renamed = Lock::of(&counting("totals"));
    assert!(lock.renew(renamed.clone()).is_err(), "a name that goes has to be forgotten first");
    let forgotten = lock.forget("counts").unwrap();
    assert_eq!(forgotten.topic.as_deref(), Some("shop-counts-changelog"));
    assert!(forgotten.to_string().ends_with("--delete --topic shop-counts-changelog"), "{forgotten}");
    assert!(lock.renew(renamed).is_ok());
    let mut lock = Lock::of(&repartitioned::<3>());
    assert_eq!(lock.forget("by-item").unwrap().topic.as_deref(), Some("shop-by-item-repartition"));
    assert_eq!(lock.forget("nobody"), None);
    let renewed = lock.renew(Lock::of(&counting("counts"))).unwrap();
    assert_eq!(Lock::parse(&renewed.to_string()).unwrap(), renewed);
    let again = renewed.compare(&Lock::of(&repartitioned::<3>()));
    assert!(again.iter().any(|d| d.name == "by-item" && d.is_refused()), "{}", list(&again));
}
#[test]
fn a_line_that_is_none_of_a_lock_is_named() {
    let error = Lock::parse("# a comment\nstore counts kind=kv\nshop counts\n").unwrap_err();
    assert!(error.to_string().starts_with("line 3 of the lock, `shop counts`, is no line of a lock: "), "{error}");
}
/// What a lock of before says less of is not held against the topology.
#[test]
fn an_older_lock_is_compared_as_far_as_it_goes() {
    let old: String = Lock::of(&counting("counts"))
        .to_string()
        .lines()
        .filter(|l| l.starts_with("store "))
        .map(|l| l.split(" partitions=").next().unwrap().to_owned() + "\n")
        .collect();
    let differences = Lock::parse(&old).unwrap().compare(&Lock::of(&counting("counts")));
    assert!(!differences.iter().any(Difference::is_refused), "{}", list(&differences));
}
