//! Descriptions and diagrams of topologies, compared with kept files: `KSTREAMS_DRAW=1 cargo test -p kstreams-tests --test drawings` writes them anew.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{Topology, prelude::*};
use std::{env, fs, path::Path};

#[topic(name = "clicks", key = String, value = u64, partitions = 3)]
struct Clicks;
#[topic(name = "names", key = String, value = String, partitions = 3)]
struct Names;
#[topic(name = "cities", key = String, value = String, partitions = 3)]
struct Cities;
#[topic(name = "out", key = String, value = u64, partitions = 3)]
struct Out;
#[topic(name = "texts", key = String, value = String, partitions = 3)]
struct Texts;
#[topic(name = "hourly", key = TimeWindowed<String>, value = u64, partitions = 3)]
struct Hourly;

fn is_small(value: &u64) -> bool {
    *value < 10
}
fn doubled(value: u64) -> u64 {
    value * 2
}
fn sum(sum: &mut u64, value: &u64) {
    *sum += value;
}

/// Stateless operators: one line of processors, split into arms and merged again.
fn stateless() -> Topology {
    let b = Topology::builder("stateless");
    let (small, rest) = b.stream(Clicks).map_values(doubled).split().branch("small", is_small).default_branch();
    small.merge(rest.filter_not(is_small)).to(Out);
    b.build(())
}
/// Aggregations: one where the records lie, one behind a repartition, one in windows.
fn aggregations() -> Topology {
    let b = Topology::builder("aggregations");
    let clicks = b.stream(Clicks);
    clicks.clone().reduce("sums", sum).to(Out);
    clicks.clone().windowed_by(hopping(hours(1), minutes(10)).grace(minutes(5))).count("per-hour").to(Hourly);
    clicks.repartition::<Space<u64, 2>>("by-value", |value| *value).count("per-value").to_stream().discard();
    b.build(())
}
/// Joins of a stream with a table, and of two tables.
fn joins() -> Topology {
    let b = Topology::builder("joins");
    let names = b.table(Names);
    b.stream(Clicks).left_join(names, |clicks: u64, name: Option<&String>| format!("{clicks} {name:?}")).to(Texts);
    names.outer_join(b.table(Cities), |name: Option<&String>, city: Option<&String>| format!("{name:?} {city:?}")).to_stream().discard();
    b.build(())
}

const ALL: [(&str, fn() -> Topology); 4] =
    [("stateless", stateless), ("aggregations", aggregations), ("joins", joins), ("order-analytics", order_analytics)];
/// The example's.
fn order_analytics() -> Topology {
    kstreams_examples::order_analytics::order_analytics::topology().without_stores()
}

fn compare(file: &str, drawn: &str) -> Result<(), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("drawings").join(file);
    if env::var_os("KSTREAMS_DRAW").is_some() {
        fs::write(&path, drawn).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    if kept == drawn { Ok(()) } else { Err(format!("{file} is drawn as\n{drawn}\nkept is\n{kept}")) }
}

#[test]
fn topologies_are_drawn_as_they_were() {
    let drawn = ALL.iter().flat_map(|(name, topology)| {
        let topology = topology();
        assert!(topology.problems().is_empty(), "{name}: {:?}", topology.problems());
        [compare(&format!("{name}.txt"), &topology.describe()), compare(&format!("{name}.mmd"), &topology.mermaid())]
    });
    let different: Vec<String> = drawn.filter_map(Result::err).collect();
    assert!(different.is_empty(), "{}", different.join("\n"));
}

/// The grammar that viewers of Kafka's `TopologyDescription` read.
#[test]
fn descriptions_have_kafkas_form() {
    for (name, topology) in ALL {
        let text = topology().describe();
        assert!(text.starts_with("Topologies:\n   Sub-topology: 0\n"), "{name}");
        for line in text.lines().skip(1).filter(|line| !line.is_empty()) {
            let known = ["   Sub-topology: ", "    Source: ", "    Processor: ", "    Sink: ", "      --> ", "      <-- "];
            assert!(known.iter().any(|begin| line.starts_with(begin)), "{name}: `{line}`");
        }
    }
}
