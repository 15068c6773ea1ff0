//! Versioned tables through the driver: what outlives crashes and restarts, what is logged, what is refused.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{
    Guarantee, RuntimeTopic, TestDriver,
    lock::{Kind, Lock},
    plan::Origin,
    prelude::*,
    worker::Settings,
};

type One = Space<String, 1>;
fn texts(name: &str) -> RuntimeTopic<One, String> {
    named(name)
}
fn nullable(name: &str) -> RuntimeTopic<One, Option<String>> {
    named(name)
}
fn pair(left: String, right: Option<&String>) -> String {
    format!("{left}-{}", right.map_or("none", |r| r))
}
fn text(value: &str) -> String {
    value.to_owned()
}
fn send(t: &mut TestDriver, topic: &str, key: &str, value: Option<&str>, time: i64) {
    t.send_bytes(topic, None, Some(key.as_bytes()), value.map(str::as_bytes), time, &Headers::new());
}
/// Every act of the script with a crash or a restart after it, at least once and exactly once, and without any of it.
fn whatever_happens(topology: impl Fn() -> Topology, script: impl Fn(&mut TestDriver, &dyn Fn(&mut TestDriver))) {
    for guarantee in [Guarantee::AtLeastOnce, Guarantee::ExactlyOnce] {
        let driver = || TestDriver::with_settings(topology(), Settings { guarantee, commit_interval_ms: 0, ..Settings::default() });
        script(&mut driver(), &|_| ());
        script(&mut driver(), &|t| t.crash());
        script(&mut driver(), &|t| t.restart());
    }
}

#[test]
fn a_source_remembers_its_past_whatever_happens() {
    let topology = || {
        let b = Topology::builder("source");
        let (rows, stream) = (b.versioned(texts("t").history(seconds(10))), b.stream(texts("s")));
        stream.left_join(rows, pair).to(texts("out"));
        b.build(())
    };
    whatever_happens(topology, |t, happens| {
        for (value, time) in [(Some("a"), 1_000), (Some("c"), 3_000), (Some("b"), 2_000), (None, 4_000)] {
            send(t, "t", "k", value, time);
            happens(t);
        }
        send(t, "t", "other", Some("x"), 12_000);
        happens(t);
        // too late: nothing of it stays
        send(t, "t", "k", Some("late"), 1_999);
        happens(t);
        for time in [1_999, 2_000, 3_500, 4_500, 12_500] {
            send(t, "s", "k", Some("s"), time);
            happens(t);
        }
        // the latest never expires
        send(t, "t", "other", Some("y"), 90_000);
        send(t, "t", "third", Some("z"), 200_000);
        happens(t);
        send(t, "s", "other", Some("s"), 89_999);
        send(t, "s", "other", Some("s"), 90_000);
        assert_eq!(t.output(texts("out")).values(), ["s-none", "s-b", "s-c", "s-none", "s-none", "s-none", "s-y"]);
    });
}

#[test]
fn a_changelog_holds_every_version_as_java_writes_it() {
    let topology = || {
        let b = Topology::builder("logged");
        let rows = b.stream(nullable("t")).to_table(stored("rows").versioned(seconds(10)));
        b.stream(texts("s")).left_join(rows, pair).to(texts("out"));
        b.build(())
    };
    whatever_happens(topology, |t, happens| {
        let puts = [(Some("a"), 1_000), (Some("c"), 3_000), (Some("b"), 2_000), (None, 4_000), (Some("d"), 20_000), (Some("late"), 9_999)];
        for (value, time) in puts {
            send(t, "t", "k", value, time);
            happens(t);
        }
        let log = t.log().read("logged-rows-changelog").unwrap();
        let logged: Vec<_> = log.iter().map(|r| (r.key.as_deref().unwrap(), r.value.as_deref(), r.time)).collect();
        let expected: Vec<_> = puts[..5].iter().map(|(value, time)| (&b"k"[..], value.map(str::as_bytes), *time)).collect();
        assert_eq!(logged, expected);
        send(t, "s", "k", Some("s"), 19_999);
        send(t, "s", "k", Some("s"), 20_000);
        assert_eq!(t.output(texts("out")).values(), ["s-none", "s-d"]);
    });
}

#[test]
fn what_waits_for_a_table_outlives_crashes_and_goes_on_once() {
    let topology = || {
        let b = Topology::builder("waiting");
        let (rows, stream) = (b.versioned(texts("t").history(minutes(1))), b.stream(texts("s")));
        stream.left_join(rows.with_grace("late", seconds(5)), pair).to(texts("out"));
        b.build(())
    };
    whatever_happens(topology, |t, happens| {
        for (key, time) in [("k", 3_000), ("b", 2_000), ("a", 2_000), ("b", 2_000)] {
            send(t, "s", key, Some(&format!("{key}@{time}")), time);
            happens(t);
        }
        assert!(t.output(texts("out")).is_empty());
        send(t, "t", "k", Some("old"), 1_000);
        send(t, "t", "k", Some("new"), 4_000);
        happens(t);
        // what is not later than 5 s before it goes on, by time and key
        send(t, "s", "z", Some("z"), 8_000);
        happens(t);
        assert_eq!(t.output(texts("out")).values(), ["a@2000-none", "b@2000-none", "b@2000-none", "k@3000-old"]);
        // who is later than that does not wait
        send(t, "s", "k", Some("late"), 2_999);
        happens(t);
        send(t, "s", "z", Some("end"), 13_000);
        assert_eq!(t.take_output(texts("out")).values()[4..], ["late-old", "z-none"]);
        assert_eq!(t.changelog("late-Buffer").len(), 1);
    });
}

/// Nothing was committed when the worker was lost: everything is done again, once.
#[test]
fn what_was_not_committed_is_put_and_waits_again() {
    let b = Topology::builder("again");
    let (rows, stream) = (b.versioned(texts("t").history(minutes(1))), b.stream(texts("s")));
    let kept = rows.map_values(|v| v.clone() + "!").materialize(stored("kept").versioned(minutes(1)));
    stream.left_join(kept.with_grace("late", seconds(5)), pair).to(texts("out"));
    let settings = Settings { guarantee: Guarantee::ExactlyOnce, commit_interval_ms: 1_000, ..Settings::default() };
    let mut t = TestDriver::with_settings(b.build(()), settings);
    for (i, time) in [1_000, 3_000, 2_000, 9_000, 4_000, 14_000].into_iter().enumerate() {
        send(&mut t, "t", "k", Some(&i.to_string()), time);
        send(&mut t, "s", "k", Some("s"), time + 500);
        t.crash();
    }
    t.advance_wall_clock(seconds(2));
    t.crash();
    send(&mut t, "s", "k", Some("end"), 20_000);
    t.advance_wall_clock(seconds(2));
    assert_eq!(t.output(texts("out")).values(), ["s-0!", "s-2!", "s-1!", "s-4!", "s-3!", "s-5!"]);
    let log: Vec<_> = t.log().read("again-kept-changelog").unwrap().iter().map(|r| r.time).collect();
    assert_eq!(log, [1_000, 3_000, 2_000, 9_000, 4_000, 14_000]);
}

#[test]
fn headers_and_times_wait_too() {
    let b = Topology::builder("waiting");
    let rows = b.versioned(texts("t").history(minutes(1)));
    b.stream(texts("s")).left_join(rows.with_grace("late", seconds(5)), pair).to(texts("out"));
    let mut t = TestDriver::new(b.build(()));
    t.input(texts("s")).at(1_000).header("trace", "7").send(text("k"), text("v"));
    t.crash();
    t.input(texts("s")).at(9_000).send(text("k"), text("w"));
    let out = t.output(texts("out")).records();
    assert_eq!((out.len(), out[0].time, out[0].headers.get("trace")), (1, Timestamp(1_000), Some(&b"7"[..])));
}

/// The topic's own rule says the time, when a row is processed and when it is restored.
#[test]
fn rows_are_restored_under_the_time_that_the_topic_says() {
    let topic = || texts("t").history(seconds(10)).timestamps(|_, value, _| Timestamp(value.parse().unwrap()));
    let topology = move || {
        let b = Topology::builder("timed");
        let (rows, stream) = (b.versioned(topic()), b.stream(texts("s")));
        stream.left_join(rows, pair).to(texts("out"));
        b.build(())
    };
    whatever_happens(topology, |t, happens| {
        for value in ["5000", "3000", "9000"] {
            send(t, "t", "k", Some(value), 77);
            happens(t);
        }
        for time in [2_999, 3_000, 8_999, 9_000] {
            send(t, "s", "k", Some("s"), time);
        }
        assert_eq!(t.output(texts("out")).values(), ["s-none", "s-3000", "s-5000", "s-9000"]);
    });
}

#[test]
fn out_of_order_updates_go_on_by_themselves_and_not_into_joins_or_groups() {
    let b = Topology::builder("order");
    let rows = b.versioned(texts("t").history(seconds(10)));
    rows.map_values(|v| v.clone() + "!").to_stream().to(nullable("changes"));
    let plain = b.table(texts("r"));
    rows.left_join(plain, |l, r| pair(l.clone(), r)).to_stream().to(nullable("joined"));
    rows.group_by("all", |_| text("all")).count("counts").to_stream().present().map_values(|n| n.to_string()).to(texts("counted"));
    // a plain store takes updates as they come, and the table is plain from there on
    rows.materialize("last").left_join(plain, |l, r| pair(l.clone(), r)).to_stream().to(nullable("plain"));
    let mut t = TestDriver::new(b.build(()));
    for (key, value, time) in [("a", "2", 2_000), ("a", "1", 1_000), ("b", "3", 3_000)] {
        t.input(texts("t")).at(time).send(text(key), text(value));
    }
    let some = |values: &[&str]| values.iter().map(|v| Some(text(v))).collect::<Vec<_>>();
    assert_eq!(t.output(nullable("changes")).values(), some(&["2!", "1!", "3!"]));
    assert_eq!(t.output(nullable("joined")).values(), some(&["2-none", "3-none"]));
    assert_eq!(t.output(texts("counted")).values(), ["1", "2"]);
    assert_eq!(t.output(nullable("plain")).values(), some(&["2-none", "1-none", "3-none"]));
}

#[test]
fn aggregates_and_filters_can_be_kept_with_their_past() {
    let b = Topology::builder("kept");
    let counts = b.stream(texts("t")).count(stored("counts").versioned(seconds(10)));
    let even = counts.filter(|n| n % 2 == 0).materialize(stored("even").versioned(seconds(10)));
    b.stream(texts("s")).left_join(even, |l: String, r: Option<&u64>| pair(l, r.map(u64::to_string).as_ref())).to(texts("out"));
    let mut t = TestDriver::new(b.build(()));
    for time in [1_000, 2_000, 3_000, 4_000] {
        t.input(texts("t")).at(time).send(text("k"), text("x"));
    }
    for time in [1_500, 2_500, 3_500, 4_500] {
        t.input(texts("s")).at(time).send(text("k"), text("s"));
    }
    assert_eq!(t.output(texts("out")).values(), ["s-none", "s-2", "s-none", "s-4"]);
}

/// Puts, and asks back what the value says.
struct Asks;
impl Processor for Asks {
    type Key = String;
    type In = String;
    type Stores = VersionedStore<String, String>;
    type Out = EmitInPlace<String, String>;
    fn process(&mut self, message: Message<String, String>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        let Message { key, value, time, .. } = message;
        let said = match &*value {
            "now" => format!("{:?}", cx.stores.get(&key)?),
            "then" => format!("{:?}", cx.stores.get_as_of(&key, time)?),
            "delete" => format!("deleted {:?}", cx.stores.delete(&key, time)?),
            _ => format!("put {}", cx.stores.put(&key, value, time)?),
        };
        cx.out.emit(&key, said)
    }
}
#[test]
fn a_processor_reads_and_writes_versions() {
    let topology = || {
        let b = Topology::builder("asks");
        b.stream(texts("t")).process(versioned("past", seconds(10)), || Asks).to(texts("out"));
        b.build(())
    };
    whatever_happens(topology, |t, happens| {
        let acts = [("a", 5_000), ("b", 7_000), ("then", 6_000), ("delete", 6_500), ("then", 6_800), ("now", 0), ("delete", 8_000)];
        for (value, time) in acts {
            send(t, "t", "k", Some(value), time);
            happens(t);
        }
        for (value, time) in [("now", 0), ("then", 7_500), ("c", 30_000), ("d", 19_000), ("then", 19_000), ("then", 30_000)] {
            send(t, "t", "k", Some(value), time);
            happens(t);
        }
        let first = ["put true", "put true", "Some(\"a\")", "deleted Some(\"a\")", "None", "Some(\"b\")", "deleted Some(\"b\")"];
        let then = ["None", "Some(\"b\")", "put true", "put false", "None", "Some(\"c\")"];
        assert_eq!(t.output(texts("out")).values(), [&first[..], &then].concat());
    });
}

#[test]
fn changelogs_of_versions_are_compacted_late_and_sources_have_none() {
    let b = Topology::builder("topics");
    let rows = b.versioned(texts("t").history(hours(1)));
    rows.filter(|_| true).materialize(stored("rows").versioned(hours(2))).to_stream().discard();
    let topology = b.build(());
    let deployment = topology.plan().declared_deployment();
    let changelogs: Vec<_> = deployment.topics.iter().filter(|t| t.origin == Origin::Changelog).collect();
    assert_eq!(changelogs.len(), 1);
    let set = |name: &str| changelogs[0].config.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    assert_eq!((set("cleanup.policy"), set("min.compaction.lag.ms")), (Some("compact"), Some("93600000")));
    let rows = Lock::of(&topology).entry(Kind::Store, "rows").map(ToString::to_string);
    assert!(rows.is_some_and(|rows| rows.starts_with("store rows kind=versioned ")));
}

#[test]
fn what_cannot_be_is_said_before_it_starts() {
    let problems = |make: &dyn Fn(&Builder)| {
        let b = Topology::builder("wrong");
        make(&b);
        b.build(()).problems().join("\n")
    };
    let grace = problems(&|b| {
        let rows = b.versioned(texts("t").history(seconds(4)));
        b.stream(texts("s")).left_join(rows.with_grace("late", seconds(5)), pair).to(texts("out"));
    });
    assert!(grace.contains("buffer `late` lets records wait for 5s, but its table remembers only 4s"), "{grace}");
    let history = problems(&|b| b.versioned(texts("t")).to_stream().discard());
    assert!(history.contains("does not say how far back it remembers: add `.history(hours(1))`"), "{history}");
    let windows = problems(&|b| {
        let windowed = b.stream(texts("t")).windowed_by(tumbling(hours(1)));
        windowed.count(stored("counts").versioned(hours(1))).to_stream().discard();
    });
    assert!(windows.contains("store `counts` holds windows, which have no versions"), "{windows}");
    let once = problems(&|b| {
        b.stream(texts("t")).count(stored("counts").emit_on_commit().versioned(hours(1))).to_stream().discard();
    });
    assert!(once.contains("store `counts` is versioned"), "{once}");
    let twice = problems(&|b| {
        b.versioned(texts("t").history(hours(1))).to_stream().discard();
        b.table(texts("t")).to_stream().discard();
    });
    assert!(twice.contains("topic `t` is opened in 2 ways"), "{twice}");
}
