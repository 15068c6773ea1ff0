//! What no type can say, a topology says before it starts: its problems, and what they name.
#![cfg(feature = "embedded")]
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{RuntimeTopic, prelude::*};
use std::time::{Duration, Instant};

type One = Space<String, 1>;
fn one<V: Record>(name: &str) -> RuntimeTopic<One, V> {
    named(name)
}
/// The problems of what `write` records.
fn problems(write: impl FnOnce(&Builder)) -> Vec<String> {
    problems_of("app", write)
}
fn problems_of(id: &str, write: impl FnOnce(&Builder)) -> Vec<String> {
    let b = Topology::builder(id);
    write(&b);
    b.build(()).problems().to_vec()
}
/// One problem for each text, which it contains.
#[track_caller]
fn are(problems: &[String], texts: &[&str]) {
    assert_eq!(problems.len(), texts.len(), "{problems:#?}");
    problems.iter().zip(texts).for_each(|(problem, text)| assert!(problem.contains(text), "{problem}\ndoes not say\n{text}"));
}

#[test]
fn a_store_has_not_the_name_of_a_source_table() {
    let text = ") and that of the table of topic `users`; state survives a restart by its name, so names must be unique";
    let both = |said: &[String]| {
        are(said, &[text]);
        are(said, &["the name `users` is given to two stores: that of `count` (kstreams/tests/problems.rs:"]);
    };
    let said = problems(|b| {
        let (users, clicks) = (b.table(one::<String>("users")), b.stream(one::<u64>("clicks")));
        clicks.clone().left_join(users, |n, user| format!("{n} {user:?}")).to(one::<String>("out"));
        clicks.count("users").to(one::<u64>("counts"));
    });
    both(&said);
    let said = problems(|b| {
        b.stream(one::<u64>("clicks")).count("users").to(one::<u64>("counts"));
        b.table(one::<String>("users")).to(one::<String>("out"));
    });
    both(&said);
}
#[test]
fn two_stores_have_not_one_name() {
    let said = problems(|b| {
        let clicks = b.stream(one::<u64>("clicks"));
        clicks.clone().count("n").to(one::<u64>("counts"));
        clicks.reduce("n", |a: &mut u64, b| *a += b).to(one::<u64>("sums"));
    });
    are(&said, &["the name `n` is given to two stores: that of `count` ("]);
    are(&said, &[") and that of `reduce` ("]);
}

/// Reads a table beside its stream.
struct Look;
impl Processor for Look {
    type Key = String;
    type In = u64;
    type Stores = TableView<String, u64>;
    type Out = EmitInPlace<String, u64>;
    fn process(&mut self, record: Message<String, u64>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        let row = cx.stores.get(&record.key)?.unwrap_or(0);
        cx.out.emit(&record.key, row)
    }
}
#[test]
fn a_table_view_ties_counts() {
    let b = Topology::builder("viewed");
    let prices = b.table(one::<u64>("prices"));
    b.stream(one::<u64>("orders")).process(prices, || Look).to(one::<u64>("out"));
    let topology = b.build(());
    let tied: Vec<Vec<&str>> =
        topology.plan().co_partitioned().iter().map(|set| set.iter().map(|t| &*topology.plan().topic(*t).name).collect()).collect();
    assert_eq!(tied, [["prices", "orders"]]);
}

const MIXED: &str = "mixes handles of two topologies";
#[test]
fn a_handle_of_another_topology_is_a_problem_of_both() {
    let (a, b) = (Topology::builder("a"), Topology::builder("b"));
    let prices = b.table(one::<u64>("prices"));
    let others = a.table(one::<u64>("others"));
    others.join(prices, |x, y| x + y).to(one::<u64>("totals"));
    for topology in [a.build(()), b.build(())] {
        are(topology.problems(), &[&format!("`join` {MIXED}, `a` and `b`: a handle belongs to the builder that made it")]);
        are(topology.problems(), &["kstreams/tests/problems.rs:"]);
    }
}
#[test]
fn a_place_of_another_topology_is_a_problem_of_both() {
    let (a, b) = (Topology::builder("a"), Topology::builder("b"));
    let prices = b.table(one::<u64>("prices"));
    // The node of that number is not there.
    (0..5).for_each(|i| b.stream(one::<u64>(&format!("more-{i}"))).discard());
    let far = b.stream(one::<u64>("far"));
    a.stream(one::<u64>("others")).map(|k, v| (k, v)).place_for(&far, "placed").discard();
    far.discard();
    let others = a.table(one::<u64>("more"));
    others.join_foreign("fk", prices, |n| n.to_string(), |x, y| x + y).to(one::<u64>("totals"));
    for topology in [a.build(()), b.build(())] {
        assert!(topology.problems()[0].contains(&format!("`place_for` {MIXED}")), "{:?}", topology.problems());
        assert!(topology.problems().iter().any(|text| text.contains("`join_foreign` mixes")), "{:?}", topology.problems());
        assert!(topology.problems().iter().all(|text| text.contains("kstreams/tests/problems.rs:")), "{:?}", topology.problems());
    }
}
#[test]
fn a_global_table_of_another_topology_is_a_problem_of_both() {
    let (a, b) = (Topology::builder("a"), Topology::builder("b"));
    let rates = b.global_table(one::<u64>("rates"));
    a.stream(one::<u64>("amounts")).join_global(rates, |n| n.to_string(), |n, rate| n * rate).to(one::<u64>("out"));
    for topology in [a.build(()), b.build(())] {
        are(topology.problems(), &["a global table of another topology is looked up here"]);
        assert!(topology.describe().contains("Sub-topology"), "{}", topology.describe());
    }
}
#[test]
fn a_handle_that_is_used_after_build_records_into_nowhere() {
    let b = Topology::builder("over");
    let (table, stream, rates) = (b.table(one::<u64>("x")), b.stream(one::<u64>("s")), b.global_table(one::<u64>("rates")));
    let counts = stream.clone().windowed_by(tumbling(minutes(1))).count("n");
    let topology = b.build(());
    let plan = topology.plan().clone();
    let doubled = table.filter(|n| *n > 1).map_values(|n| n * 2);
    doubled.outer_join(table, |_, _| 1_u64).materialize("kept").group_by("groups", |n| n.to_string()).count("g").to(one::<u64>("t"));
    table.join_foreign("fk", doubled, |n| n.to_string(), |a, b| a + b).to_stream().discard();
    let _ = (table.store(), doubled.store());
    counts.suppress("closed", until_window_closes()).to_stream().discard();
    stream.clone().join_global(rates, |n| n.to_string(), |n, rate| n * rate).process(table, || Look).discard();
    stream.clone().place_for(&table, "placed").windowed_by(session(minutes(1))).emit_final().count("c").to_stream().discard();
    stream.join(table, |a, b| a + b).to(one::<u64>("out"));
    assert_eq!(topology.plan(), &plan);
    are(topology.problems(), &[]);
}
#[test]
fn a_handle_of_a_built_topology_is_a_problem_of_the_one_that_uses_it() {
    let (a, b) = (Topology::builder("a"), Topology::builder("b"));
    let prices = a.table(one::<u64>("prices"));
    are(a.build(()).problems(), &[]);
    b.stream(one::<u64>("orders")).join(prices, |x, y| x + y).to(one::<u64>("totals"));
    are(b.build(()).problems(), &["`join` mixes handles of two topologies, `b` and one that is built"]);
}

#[test]
fn two_declarations_of_a_topic_agree() {
    let said = |again: RuntimeTopic<Space<String, 3>, u64>| {
        problems(|b| {
            b.stream(named::<Space<String, 3>, u64>("clicks")).discard();
            b.stream(again).discard();
        })
    };
    let clicks = || named::<Space<String, 3>, u64>("clicks");
    are(&said(clicks()), &[]);
    are(
        &said(clicks().reset(kstreams::Reset::Latest)),
        &[
            "topic `clicks` is declared in two ways: reset None and Some(Latest). A topic is one thing: declare it once and use that in both places",
        ],
    );
    are(&said(clicks().history(hours(1))), &["topic `clicks` is declared in two ways: history None and Some(3600s)."]);
    are(&said(clicks().window(hours(1))), &["topic `clicks` is declared in two ways: window None and Some(3600s)."]);
}
#[test]
fn two_declarations_agree_on_where_records_lie_and_what_they_are() {
    let said = problems(|b| {
        b.stream(named::<Space<String, 3>, u64>("a")).to(named::<Space<String, 3>, u64>("x"));
        b.stream(named::<Space<String, 3>, String>("b")).to(named::<Space<String, 5, kstreams::Crc32>, String>("x"));
    });
    are(
        &said,
        &["topic `x` is declared in two ways: partitions 3 and 5, partitioner murmur2 and crc32, value u64 and alloc::string::String."],
    );
}

#[test]
fn windows_without_a_size_are_not_read() {
    type Windows = Space<TimeWindowed<String>, 1>;
    let windows = |size: Option<Duration>| {
        let topic = named::<Windows, u64>("w");
        size.map_or(topic.clone(), |size| topic.window(size))
    };
    let text = "topic `w` is keyed by windows and does not say how long they are, which its records do not hold: add `window = hours(1)` to its \
                `#[topic(..)]`, `.window(hours(1))` to what is named at run time";
    for size in [None, Some(Duration::ZERO)] {
        are(&problems(|b| b.stream(windows(size)).discard()), &[text]);
        are(&problems(|b| b.table(windows(size)).to_stream().discard()), &[text]);
        are(&problems(|b| b.streams([windows(size)]).discard()), &[text]);
        let rows = problems(|b| {
            let rows = b.global_table(windows(size));
            let key = |n: &u64| TimeWindowed { key: n.to_string(), window: TimeBounds { start: 0, end: 1 } };
            b.stream(one::<u64>("a")).join_global(rows, key, |a, b| a + b).discard();
        });
        are(&rows, &[text]);
    }
    are(&problems(|b| b.stream(windows(Some(hours(1)))).discard()), &[]);
    // Whoever writes has the windows.
    are(&problems(|b| b.stream(one::<u64>("a")).windowed_by(tumbling(hours(1))).count("n").to(windows(None))), &[]);
}

#[test]
fn names_are_those_that_kafka_takes() {
    let said = problems_of("my app", |b| {
        let moved = b.stream(one::<u64>("in")).place::<One>("moved");
        moved.count("a/b c").to(one::<u64>("x y"));
        b.stream(one::<u64>("")).place::<One>("..").discard();
    });
    are(
        &said,
        &[
            "the application id \"my app\" holds ' '; Kafka takes ASCII letters, digits, `.`, `_` and `-`",
            "the name \"x y\" of a topic holds ' '",
            "the name \"\" of a topic is empty",
            "the name \"..\" of a repartition topic is a folder's name",
            "the name \"a/b c\" of a store holds '/'",
        ],
    );
    let long = |n: usize| named::<One, u64>("x".repeat(n));
    are(&problems(|b| b.stream(long(249)).discard()), &[]);
    are(&problems(|b| b.stream(long(250)).discard()), &["has 250 characters; Kafka takes 249"]);
    let long: &'static str = "y".repeat(240).leak();
    are(
        &problems(|b| b.stream(one::<u64>("in")).count(long).to(one::<u64>("out"))),
        &["-changelog\", as its changelog is called, has 254 characters; Kafka takes 249"],
    );
}
#[test]
fn a_topic_has_a_partition() {
    type Nowhere = Space<String, 0>;
    let said = problems(|b| b.stream(one::<u64>("in")).place::<Nowhere>("p").count("c").to(named::<Nowhere, u64>("x")));
    are(
        &said,
        &["repartition topic `p` is declared with 0 partitions: records need one at least", "topic `x` is declared with 0 partitions"],
    );
}
#[test]
fn a_session_has_a_gap() {
    let said = problems(|b| b.stream(one::<u64>("in")).windowed_by(session(millis(0))).count("c").to_stream().discard());
    are(&said, &["sessions with a gap of 0ns: it must be at least a millisecond"]);
}

/// A walk that goes every way takes more than 2^24 steps here.
#[test]
fn stacked_diamonds_are_built_at_once() {
    let start = Instant::now();
    let b = Topology::builder("diamonds");
    let mut stream = b.stream(one::<u64>("in"));
    for _ in 0..24 {
        stream = stream.clone().merge(stream.filter(|_| true));
    }
    stream.join(b.table(one::<u64>("rows")), |a, b| a + b).to(one::<u64>("out"));
    let mut table = b.table(one::<u64>("table"));
    for _ in 0..24 {
        table = table.join(table.filter(|_| true), |a, b| a + b);
    }
    table.filter(|_| true).left_join(table, |a, _| *a).to(one::<u64>("joined"));
    let mut windows = b.stream(one::<u64>("clicks")).windowed_by(tumbling(minutes(1))).count("n");
    for _ in 0..24 {
        windows = windows.join(windows.filter(|_| true), |a, b| a + b);
    }
    windows.suppress("closed", until_window_closes()).to_stream().discard();
    let topology = b.build(());
    are(topology.problems(), &[]);
    assert_eq!(topology.plan().co_partitioned().len(), 1);
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

/// Counts.
struct Counts;
impl Processor for Counts {
    type Key = String;
    type In = u64;
    type Stores = KvStore<String, u64>;
    type Out = ();
    fn process(&mut self, record: Message<String, u64>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        cx.stores.put(&record.key, record.value)
    }
}
#[test]
fn settings_that_would_do_nothing_are_told() {
    are(
        &problems(|b| b.stream(one::<u64>("in")).count(stored("n").retention(days(1))).to(one::<u64>("out"))),
        &["store `n` keeps a row a key, and no window that would end: leave out `.retention(..)`"],
    );
    are(
        &problems(|b| b.stream(one::<u64>("in")).deduplicate(stored("seen").emit_on_commit(), minutes(1), |n| *n).discard()),
        &["store `seen`: `deduplicate` lets a record through at once or never, leave out `.emit_on_commit()`"],
    );
    let shared = problems(|b| {
        let plain = kv("x");
        let other = plain.clone().in_memory().unlogged();
        b.stream(one::<u64>("a")).process(other, || Counts);
        b.stream(one::<u64>("b")).process(plain, || Counts);
    });
    are(
        &shared,
        &[
            "store `x` is opened with `.in_memory()`, `.unlogged()` and without: it is one store; put the settings on it before it is cloned",
        ],
    );
}
