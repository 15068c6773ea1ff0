//! Processors through the driver: every kind of store over crashes and restarts, views, outputs, timers, commits, start and stop.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{Guarantee, RuntimeTopic, TestDriver, lock::Lock, prelude::*, worker::Settings};
use std::sync::{Arc, Mutex};

type One = Space<String, 1>;
fn texts(name: &str) -> RuntimeTopic<One, String> {
    named(name)
}
fn text(value: &str) -> String {
    value.to_owned()
}
fn at(word: &str) -> Timestamp {
    Timestamp(word.parse().unwrap())
}
fn send(t: &mut TestDriver, topic: &str, key: &str, value: &str, time: i64) {
    t.send_bytes(topic, None, Some(key.as_bytes()), Some(value.as_bytes()), time, &Headers::new());
}
/// What a processor answered since the last call.
fn answers(t: &mut TestDriver) -> Vec<String> {
    t.take_output(texts("out")).values()
}
/// Rows in words.
fn spoken<K, V>(rows: impl Iterator<Item = kstreams::Result<(K, V)>>, word: impl Fn(K, V) -> String) -> kstreams::Result<String> {
    let words: Vec<String> = rows.map(|row| row.map(|(k, v)| word(k, v))).collect::<kstreams::Result<_>>()?;
    Ok(words.join(" "))
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
/// Sends what is asked, record after record, each a millisecond later, and looks at each answer.
fn converse(t: &mut TestDriver, happens: &dyn Fn(&mut TestDriver), acts: &[(&str, &str, &str)]) {
    for (i, (key, ask, answer)) in acts.iter().enumerate() {
        send(t, "asks", key, ask, i as i64 + 1);
        assert_eq!(answers(t), [*answer], "{i}: {key} {ask}");
        happens(t);
    }
}

/// Does with a window store what the value says.
struct Windows;
impl Processor for Windows {
    type Key = String;
    type In = String;
    type Stores = WindowStore<String, String>;
    type Out = EmitInPlace<String, String>;
    fn process(&mut self, ask: Message<String, String>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        let (key, store) = (&ask.key, &mut cx.stores);
        let one = |start: Timestamp, value: String| format!("{start}={value}");
        let of_all = |k: TimeWindowed<String>, v: String| format!("{}@{}..{}={v}", k.key, k.window.start, k.window.end);
        let said = match *ask.value.split(' ').collect::<Vec<_>>() {
            ["put", start, value] => store.put(key, at(start), text(value)).map(|()| text("ok"))?,
            ["get", start] => format!("{:?}", store.get(key, at(start))?),
            ["delete", start] => format!("{:?}", store.delete(key, at(start))?),
            ["fetch", from, to] => spoken(store.fetch(key, at(from)..=at(to))?, one)?,
            ["back", from, to] => spoken(store.fetch(key, at(from)..=at(to))?.rev(), one)?,
            ["between", from, to] => spoken(store.fetch_all(at(from)..=at(to))?, of_all)?,
            ["all"] => spoken(store.all()?, of_all)?,
            _ => return Err("what?".into()),
        };
        cx.out.emit(key, said)
    }
}
fn windowed() -> Topology {
    let b = Topology::builder("app");
    b.stream(texts("asks")).process(windows("kept", minutes(1), minutes(2)), || Windows).to(texts("out"));
    b.build(())
}
const WINDOWS: &[(&str, &str, &str)] = &[
    ("a", "put 0 x", "ok"),
    ("a", "put 60000 y", "ok"),
    ("ab", "put 60000 z", "ok"),
    ("b", "put 30000 w", "ok"),
    ("a", "get 0", "Some(\"x\")"),
    ("a", "get 1", "None"),
    ("a", "fetch 0 60000", "0=x 60000=y"),
    ("a", "fetch 1 59999", ""),
    ("a", "fetch -2 -1", ""),
    ("a", "back 0 60000", "60000=y 0=x"),
    ("a", "between 1 60000", "a@60000..120000=y ab@60000..120000=z b@30000..90000=w"),
    ("a", "delete 60000", "Some(\"y\")"),
    ("a", "delete 60000", "None"),
    ("a", "fetch 0 60000", "0=x"),
    // 0 is two minutes behind: gone, exactly
    ("a", "put 120000 v", "ok"),
    ("a", "get 0", "None"),
    ("b", "fetch 0 999999", "30000=w"),
    ("a", "all", "a@120000..180000=v ab@60000..120000=z b@30000..90000=w"),
    // the segment of the first minute is gone: such a put is logged, as in Java, and nowhere else
    ("a", "put 180000 u", "ok"),
    ("b", "put 30000 late", "ok"),
    ("b", "get 30000", "None"),
    ("a", "all", "a@120000..180000=v a@180000..240000=u"),
];

#[test]
fn a_window_store_keeps_its_windows_whatever_happens() {
    whatever_happens(windowed, |t, happens| converse(t, happens, WINDOWS));
}

#[test]
fn the_changelog_of_a_window_store_is_kafka_streams() {
    let mut t = TestDriver::new(windowed());
    converse(&mut t, &|_| (), WINDOWS);
    let row = |key: &str, start: i64| [key.as_bytes(), &start.to_be_bytes(), &[0; 4]].concat();
    let rows: Vec<_> = t.changelog("kept").into_iter().map(|r| (r.key.unwrap(), r.value.unwrap(), r.time)).collect();
    let expected = [
        (row("a", 0), b"x".to_vec(), 1),
        (row("a", 120_000), b"v".to_vec(), 15),
        (row("a", 180_000), b"u".to_vec(), 19),
        (row("ab", 60_000), b"z".to_vec(), 3),
        (row("b", 30_000), b"late".to_vec(), 20),
    ];
    assert_eq!(rows, expected);
    let topic = t.deployment().topic(t.deployment().topic_named("app-kept-changelog").unwrap());
    let set = |name: &str| topic.config.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    assert_eq!((set("cleanup.policy"), set("retention.ms")), (Some("compact,delete"), Some("86520000")));
    let lock = Lock::of(&windowed()).to_string();
    assert!(lock.contains("store kept kind=window "), "{lock}");
}

/// Does with a session store what the value says.
struct Sessions;
impl Processor for Sessions {
    type Key = String;
    type In = String;
    type Stores = SessionStore<String, String>;
    type Out = EmitInPlace<String, String>;
    fn process(&mut self, ask: Message<String, String>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        let (key, store) = (&ask.key, &mut cx.stores);
        let session =
            |start: &str, end: &str| SessionWindowed { key: key.clone(), window: SessionBounds { start: at(start).0, end: at(end).0 } };
        let one = |k: SessionWindowed<String>, v: String| format!("{}:{}-{}={v}", k.key, k.window.start, k.window.end);
        let said = match *ask.value.split(' ').collect::<Vec<_>>() {
            ["put", start, end, value] => store.put(&session(start, end), text(value)).map(|()| text("ok"))?,
            ["get", start, end] => format!("{:?}", store.get(&session(start, end))?),
            ["delete", start, end] => format!("{:?}", store.delete(&session(start, end))?),
            ["fetch", from, to] => spoken(store.fetch(key, at(from)..=at(to))?, one)?,
            ["back", from, to] => spoken(store.fetch(key, at(from)..=at(to))?.rev(), one)?,
            ["of-key"] => spoken(store.fetch(key, ..)?, one)?,
            ["between", from, to] => spoken(store.fetch_all(at(from)..=at(to))?, one)?,
            ["all"] => spoken(store.all()?, one)?,
            _ => return Err("what?".into()),
        };
        cx.out.emit(key, said)
    }
}
fn in_sessions() -> Topology {
    let b = Topology::builder("app");
    b.stream(texts("asks")).process(sessions("kept", minutes(2)), || Sessions).to(texts("out"));
    b.build(())
}
const SESSIONS: &[(&str, &str, &str)] = &[
    ("a", "put 10 20 x", "ok"),
    ("a", "put 30 50 y", "ok"),
    ("a", "put 5 50 z", "ok"),
    ("ab", "put 15 25 w", "ok"),
    ("a", "get 30 50", "Some(\"y\")"),
    ("a", "get 30 51", "None"),
    ("a", "fetch 20 30", "a:10-20=x a:5-50=z a:30-50=y"),
    ("a", "fetch 21 29", "a:5-50=z"),
    ("a", "fetch 51 99", ""),
    ("a", "fetch 0 4", ""),
    ("a", "back 20 30", "a:30-50=y a:5-50=z a:10-20=x"),
    ("a", "between 0 12", "a:10-20=x a:5-50=z"),
    ("a", "delete 5 50", "Some(\"z\")"),
    ("a", "delete 5 50", "None"),
    ("a", "of-key", "a:10-20=x a:30-50=y"),
    ("ab", "of-key", "ab:15-25=w"),
    // what ended two minutes before is gone, exactly
    ("b", "put 100000 120020 v", "ok"),
    ("a", "of-key", "a:30-50=y"),
    ("a", "get 10 20", "None"),
    // the segment of the first minute is gone: such a put is logged, as in Java, and nowhere else
    ("b", "put 180000 180050 u", "ok"),
    ("a", "put 1 2 late", "ok"),
    ("a", "of-key", ""),
    ("a", "all", "b:100000-120020=v b:180000-180050=u"),
];

#[test]
fn a_session_store_keeps_its_sessions_whatever_happens() {
    whatever_happens(in_sessions, |t, happens| converse(t, happens, SESSIONS));
}

#[test]
fn the_changelog_of_a_session_store_is_kafka_streams() {
    let mut t = TestDriver::new(in_sessions());
    converse(&mut t, &|_| (), SESSIONS);
    let row = |key: &str, start: i64, end: i64| [key.as_bytes(), &end.to_be_bytes(), &start.to_be_bytes()].concat();
    let rows: Vec<_> = t.changelog("kept").into_iter().map(|r| (r.key.unwrap(), r.value.unwrap(), r.time)).collect();
    let expected = [
        (row("a", 1, 2), b"late".to_vec(), 21),
        (row("a", 10, 20), b"x".to_vec(), 1),
        (row("a", 30, 50), b"y".to_vec(), 2),
        (row("ab", 15, 25), b"w".to_vec(), 4),
        (row("b", 100_000, 120_020), b"v".to_vec(), 17),
        (row("b", 180_000, 180_050), b"u".to_vec(), 20),
    ];
    assert_eq!(rows, expected);
    let lock = Lock::of(&in_sessions()).to_string();
    assert!(lock.contains("store kept kind=session "), "{lock}");
}

/// Nothing was committed when the worker was lost: the stores' time and rows go back with the offsets, and everything is done again, once.
#[test]
fn what_was_not_committed_is_put_again() {
    for (topology, acts) in [(windowed as fn() -> Topology, WINDOWS), (in_sessions, SESSIONS)] {
        let settings = Settings { guarantee: Guarantee::ExactlyOnce, commit_interval_ms: 1_000, ..Settings::default() };
        let mut t = TestDriver::with_settings(topology(), settings);
        for (i, (key, ask, _)) in acts.iter().enumerate() {
            send(&mut t, "asks", key, ask, i as i64 + 1);
            t.crash();
        }
        t.advance_wall_clock(seconds(2));
        t.crash();
        let out: Vec<_> = t.log().read("out").unwrap().into_iter().map(|r| String::from_utf8(r.value.unwrap()).unwrap()).collect();
        assert_eq!(out, acts.iter().map(|(_, _, answer)| text(answer)).collect::<Vec<_>>());
    }
}

#[test]
fn what_is_no_window_and_no_session_is_a_bad_record() {
    for (topology, ask) in [(windowed as fn() -> Topology, "put -1 x"), (in_sessions, "put 5 4 x"), (in_sessions, "delete -3 4")] {
        let mut t = TestDriver::with_settings(topology(), Settings { bad_records: BadRecords::Skip, ..Settings::default() });
        send(&mut t, "asks", "a", ask, 0);
        let bad =
            t.take_events().into_iter().find_map(|e| if let kstreams::Event::BadRecord { reason, .. } = e { Some(reason) } else { None });
        let bad = bad.unwrap();
        assert!(
            ["-1 is no start of a window", "5 to 4 is no session", "-3 to 4 is no session"].iter().any(|text| bad.contains(text)),
            "{bad}"
        );
    }
}

#[test]
fn windows_are_kept_until_they_end() {
    let b = Topology::builder("short");
    let kept = windows("kept", hours(1), minutes(59));
    b.stream(texts("a")).process(kept.clone(), || Windows).to(texts("b"));
    b.stream(texts("c")).process(kept, || Windows).to(texts("d"));
    let problems = b.build(()).problems().join("\n");
    assert_eq!(problems.matches("store `kept` keeps windows of 3600s for 3540s").count(), 1, "{problems}");
}

/// Counts words in four stores of different kinds, and looks prices up in a table and a global table.
struct Everything;
impl Processor for Everything {
    type Key = String;
    type In = String;
    type Stores = (
        KvStore<String, u64>,
        WindowStore<String, u64>,
        SessionStore<String, u64>,
        VersionedStore<String, u64>,
        TableView<String, String>,
        GlobalView<String, String>,
    );
    type Out = (EmitInPlace<String, String>, Emit<String, u64>);
    fn process(&mut self, message: Message<String, String>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        let Message { key, time, .. } = message;
        let (plain, windows, sessions, versions, table, global) = &mut cx.stores;
        let n = plain.get(&key)?.unwrap_or(0) + 1;
        plain.put(&key, n)?;
        windows.put(&key, time, n)?;
        sessions.put(&SessionWindowed { key: key.clone(), window: SessionBounds { start: 0, end: time.0 } }, n)?;
        versions.put(&key, n, time)?;
        let (windows, sessions) = (windows.fetch(&key, ..)?.count(), sessions.fetch(&key, time..)?.count());
        let first = versions.get_as_of(&key, Timestamp(1))?;
        let (texts, numbers) = &mut cx.out;
        numbers.emit(format!("{key}!"), n)?;
        let (row, whole) = (table.get(&key)?, global.get(&key)?);
        texts.emit(&key, format!("{n} {windows} {sessions} {first:?} {row:?} {whole:?}"))
    }
}
fn everything() -> Topology {
    let b = Topology::builder("every");
    let (table, global) = (b.table(texts("rows")), b.global_table(texts("whole")));
    let stores = (kv("plain"), windows("windows", seconds(1), hours(1)), sessions("sessions", hours(1)), versioned("versions", hours(1)));
    let (kv, windows, sessions, versions) = stores;
    let (texts_out, numbers) = b.stream(texts("asks")).process((kv, windows, sessions.in_memory(), versions, table, global), || Everything);
    texts_out.to(texts("out"));
    numbers.to(named::<One, u64>("numbers"));
    b.build(())
}

#[test]
fn stores_of_all_kinds_and_several_outputs_work_in_one_processor() {
    whatever_happens(everything, |t, happens| {
        send(t, "rows", "k", "row", 0);
        send(t, "whole", "k", "whole", 0);
        for time in [1, 5, 9] {
            send(t, "asks", "k", "", time);
            happens(t);
        }
        let expected = [1, 2, 3].map(|n| format!("{n} {n} 1 Some(1) Some(\"row\") Some(\"whole\")"));
        assert_eq!(answers(t), expected);
        let numbers = t.output(named::<One, u64>("numbers")).pairs();
        assert_eq!(numbers, [(text("k!"), 1), (text("k!"), 2), (text("k!"), 3)]);
        let names = ["plain", "windows", "sessions", "versions"].map(|name| format!("every-{name}-changelog"));
        assert!(names.iter().all(|name| t.deployment().topic_named(name).is_some()));
    });
}

#[test]
fn a_clone_of_a_declaration_is_the_same_store() {
    let topology = || {
        let b = Topology::builder("shared");
        let (by_window, by_session) = (windows("by-window", minutes(1), hours(1)), sessions("by-session", hours(1)).unlogged());
        b.stream(texts("asks")).process(by_window.clone(), || Windows).to(texts("out"));
        b.stream(texts("more")).process(by_window, || Windows).to(texts("out-more"));
        b.stream(texts("s")).process(by_session.clone(), || Sessions).to(texts("out-s"));
        b.stream(texts("s-more")).process(by_session, || Sessions).to(texts("out-s-more"));
        b.build(())
    };
    assert!(topology().problems().is_empty());
    whatever_happens(topology, |t, happens| {
        send(t, "asks", "k", "put 0 a", 1);
        happens(t);
        send(t, "more", "k", "put 60000 b", 2);
        send(t, "more", "k", "fetch 0 60000", 2);
        send(t, "s", "k", "put 0 5 a", 3);
        send(t, "s-more", "k", "of-key", 4);
        send(t, "asks", "k", "back 0 60000", 5);
        assert_eq!(answers(t), ["ok", "60000=b 0=a"]);
        assert_eq!(t.output(texts("out-more")).values(), ["ok", "0=a 60000=b"]);
        assert_eq!(t.output(texts("out-s-more")).values(), ["k:0-5=a"]);
        assert!(t.deployment().topic_named("shared-by-session-changelog").is_none());
    });
}

/// Lists what it sees of six tables.
struct Looks;
impl Processor for Looks {
    type Key = String;
    type In = String;
    type Stores = (
        TableView<TimeWindowed<String>, u64>,
        TableView<SessionWindowed<String>, u64>,
        TableView<String, String>,
        TableView<String, String>,
        TableView<String, String>,
        TableView<TimeWindowed<String>, u64>,
    );
    type Out = EmitInPlace<String, String>;
    fn process(&mut self, ask: Message<String, String>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        let (minutes, visits, mapped, joined, versions, finals) = &cx.stores;
        let start = |start: Timestamp, n: u64| format!("{start}={n}");
        let window = |k: TimeWindowed<String>, n: u64| format!("{}@{}..{}={n}", k.key, k.window.start, k.window.end);
        let session = |k: SessionWindowed<String>, n: u64| format!("{}:{}-{}={n}", k.key, k.window.start, k.window.end);
        let row = |k: String, v: String| format!("{k}={v}");
        let said = match &*ask.value {
            "minutes" => spoken(minutes.fetch(&ask.key, ..)?, start)?,
            "minutes back" => spoken(minutes.fetch(&ask.key, ..)?.rev(), start)?,
            "first minute" => spoken(minutes.fetch(&ask.key, ..Timestamp(60_000))?, start)?,
            "all minutes" => spoken(minutes.all()?, window)?,
            "visits" => spoken(visits.fetch(&ask.key, ..)?, session)?,
            "late visits" => spoken(visits.fetch(&ask.key, Timestamp(60_000)..)?, session)?,
            "mapped" => spoken(mapped.all()?, row)?,
            "mapped range" => spoken(mapped.range(text("b")..)?.rev(), row)?,
            "joined" => spoken(joined.all()?, row)?,
            "versions" => spoken(versions.range(text("a")..text("c"))?, row)?,
            "finals" => spoken(finals.all()?, window)?,
            _ => return Err("what?".into()),
        };
        cx.out.emit(&ask.key, said)
    }
}
fn looks() -> Topology {
    let b = Topology::builder("looks");
    let clicks = b.stream(texts("clicks"));
    let per_minute = clicks.clone().windowed_by(tumbling(minutes(1))).count(stored("per-minute").retention(hours(1)));
    let visits = clicks.windowed_by(session(seconds(30))).count(stored("visits").retention(hours(1)));
    let (left, right) = (b.table(texts("left")), b.table(texts("right")));
    let mapped = left.filter(|v| v != "hidden").map_values(|v| format!("{v}!"));
    let joined = left.outer_join(right, |l, r| format!("{l:?}{r:?}").replace("Some", "").replace('"', ""));
    let versions = b.versioned(texts("past").history(hours(1)));
    let finals = per_minute.suppress("finals", until_window_closes());
    let views = (per_minute, visits, mapped, joined, versions, finals);
    b.stream(texts("asks")).process(views, || Looks).to(texts("out"));
    b.build(())
}

#[test]
fn views_show_the_rows_of_every_kind_of_table() {
    whatever_happens(looks, |t, happens| {
        for (key, second) in [("a", 1), ("a", 2), ("ab", 3), ("a", 61), ("b", 62)] {
            send(t, "clicks", key, "/", second * 1_000);
        }
        for (topic, key, value) in
            [("left", "a", "1"), ("left", "b", "hidden"), ("left", "c", "3"), ("right", "b", "2"), ("right", "d", "4")]
        {
            send(t, topic, key, value, 0);
        }
        for (key, value, time) in [("a", "new", 9), ("a", "old", 5), ("aa", "x", 1), ("b", "y", 1), ("c", "z", 1)] {
            send(t, "past", key, value, time);
        }
        happens(t);
        let asks = [
            ("minutes", "0=2 60000=1"),
            ("minutes back", "60000=1 0=2"),
            ("first minute", "0=2"),
            ("all minutes", "a@0..60000=2 a@60000..120000=1 ab@0..60000=1 b@60000..120000=1"),
            ("visits", "a:1000-2000=2 a:61000-61000=1"),
            ("late visits", "a:61000-61000=1"),
            ("mapped", "a=1! c=3!"),
            ("mapped range", "c=3!"),
            ("joined", "a=(1)None b=(hidden)(2) c=(3)None d=None(4)"),
            ("versions", "a=new aa=x b=y"),
            // of a window that is held back, what it was before: as in Java, what an aggregation starts from
            ("finals", "a@0..60000=2 a@60000..120000=0 ab@0..60000=1 b@60000..120000=0"),
        ];
        for (ask, answer) in asks {
            send(t, "asks", "a", ask, 0);
            assert_eq!(answers(t), [answer], "{ask}");
        }
    });
}

/// Says which timers fire; sets and cancels them as records and timers say.
#[derive(Default)]
struct Ticks {
    stream: Option<Timer>,
    wall: Option<Timer>,
    ticked: u32,
}
impl Processor for Ticks {
    type Key = String;
    type In = String;
    type Stores = ();
    type Out = EmitInPlace<String, String>;
    fn start(&mut self, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        self.wall = Some(cx.every_wall_clock(seconds(1), Self::by_the_clock));
        self.stream = Some(cx.every_stream_time(millis(10), Self::by_records));
        Ok(())
    }
    fn process(&mut self, message: Message<String, String>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        match &*message.value {
            "stop" => self.stream.take().into_iter().for_each(|timer| cx.cancel(timer)),
            "again" => self.stream = Some(cx.every_stream_time(millis(100), Self::by_records)),
            _ => (),
        }
        Ok(())
    }
}
impl Ticks {
    fn by_records(&mut self, time: Timestamp, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        cx.out.emit(&text("k"), format!("stream {time}"))
    }
    fn by_the_clock(&mut self, time: Timestamp, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        assert_eq!((cx.meta(), cx.wall_time()), (None, time));
        self.ticked += 1;
        if self.ticked == 2 {
            self.wall.take().into_iter().for_each(|timer| cx.cancel(timer));
        }
        cx.out.emit(&text("k"), format!("wall {time}"))
    }
}
#[test]
fn timers_are_set_and_cancelled_by_records_and_by_timers() {
    let b = Topology::builder("ticks");
    b.stream(texts("asks")).process((), Ticks::default).to(texts("out"));
    let mut t = TestDriver::new(b.build(()));
    for (value, time) in [("", 20), ("", 25), ("", 31), ("stop", 35), ("", 50), ("again", 155), ("", 199), ("", 200)] {
        send(&mut t, "asks", "k", value, time);
    }
    assert_eq!(answers(&mut t), ["stream 20", "stream 31", "stream 155", "stream 200"]);
    for _ in 0..4 {
        t.advance_wall_clock(seconds(1));
    }
    assert_eq!(answers(&mut t), ["wall 1000", "wall 2000"]);
    let times: Vec<i64> = t.output(texts("out")).records().iter().map(|r| r.time.0).collect();
    assert_eq!(times, [20, 31, 155, 200, 1_000, 2_000], "the time of what a timer emits is the timer's");
}

/// Puts what comes; commits when told; says where records came from.
struct Commits;
impl Processor for Commits {
    type Key = String;
    type In = String;
    type Stores = WindowStore<String, String>;
    type Out = EmitInPlace<String, String>;
    fn process(&mut self, message: Message<String, String>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        let meta = cx.meta().ok_or("a record has metadata")?;
        let trace = meta.headers.get("trace").map(String::from_utf8_lossy);
        let said = format!("{}-{}@{} {} {trace:?} of {}", meta.topic, meta.partition, meta.offset, meta.timestamp, cx.stream_time());
        if message.value == "commit" {
            cx.request_commit();
        }
        cx.stores.put(&message.key, message.time, message.value)?;
        cx.out.emit(&message.key, said)
    }
}
#[test]
fn a_processor_asks_for_a_commit_and_knows_its_record() {
    let b = Topology::builder("commits");
    b.stream(texts("asks")).process(windows("kept", minutes(1), hours(1)), || Commits).to(texts("out"));
    let settings = Settings { guarantee: Guarantee::ExactlyOnce, commit_interval_ms: 60_000, ..Settings::default() };
    let mut t = TestDriver::with_settings(b.build(()), settings);
    send(&mut t, "asks", "k", "a", 9);
    assert!(t.changelog("kept").is_empty());
    t.input(texts("asks")).at(4).header("trace", "7").send(text("k"), text("commit"));
    assert_eq!(t.changelog("kept").len(), 2);
    t.crash();
    assert_eq!(answers(&mut t), ["asks-0@0 9 None of 9", "asks-0@1 4 Some(\"7\") of 9"]);
}

/// Writes down when it starts and stops.
struct Lives {
    diary: Arc<Mutex<Vec<String>>>,
}
impl Processor for Lives {
    type Key = String;
    type In = String;
    type Stores = (WindowStore<String, String>, SessionStore<String, String>);
    type Out = ();
    fn start(&mut self, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        let (windows, sessions) = &cx.stores;
        let (windows, sessions) = (windows.all()?.count(), sessions.all()?.count());
        self.diary.lock().unwrap().push(format!("start {windows} {sessions} meta {:?}", cx.meta()));
        Ok(())
    }
    fn process(&mut self, message: Message<String, String>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        let Message { key, value, time, .. } = message;
        cx.stores.0.put(&key, time, value.clone())?;
        cx.stores.1.put(&SessionWindowed { key, window: SessionBounds { start: time.0, end: time.0 } }, value)
    }
    fn stop(&mut self, (windows, sessions): &mut Self::Stores) -> kstreams::Result<()> {
        self.diary.lock().unwrap().push(format!("stop {} {}", windows.all()?.count(), sessions.all()?.count()));
        Ok(())
    }
}
#[test]
fn a_processor_starts_over_restored_stores_and_stops_with_them() {
    let diary = Arc::new(Mutex::new(vec![]));
    let (b, written) = (Topology::builder("lives"), diary.clone());
    let stores = (windows("windows", minutes(1), hours(1)), sessions("sessions", hours(1)));
    b.stream(texts("asks")).process(stores, move || Lives { diary: written.clone() });
    let mut t = TestDriver::new(b.build(()));
    send(&mut t, "asks", "k", "a", 1);
    t.restart();
    send(&mut t, "asks", "k", "b", 2);
    t.crash();
    send(&mut t, "asks", "k", "c", 3);
    t.restart();
    t.run();
    let diary = diary.lock().unwrap().clone();
    assert_eq!(diary, ["start 0 0 meta None", "stop 1 1", "start 1 1 meta None", "start 2 2 meta None", "stop 3 3", "start 3 3 meta None"]);
}

/// Emits three words a record.
struct Three;
impl Processor for Three {
    type Key = String;
    type In = String;
    type Stores = ();
    type Out = (EmitInPlace<String, String>, Emit<String, String>);
    fn process(&mut self, m: Message<String, String>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        cx.out.0.emit(&m.key, format!("{}0", m.value))?;
        cx.out.1.emit(m.key.clone(), format!("{}1", m.value))?;
        cx.out.0.emit(&m.key, format!("{}2", m.value))
    }
}
#[test]
fn what_was_emitted_behind_a_refused_record_does_not_come_with_the_next() {
    let b = Topology::builder("left-over");
    let (first, second) = b.stream(texts("asks")).process((), || Three);
    first.try_map_values(|word| if word == "10" { Err("ten") } else { Ok(word) }).to(texts("out"));
    second.to(texts("out"));
    let settings = Settings { bad_records: kstreams::worker::BadRecords::Skip, commit_interval_ms: 0, ..Settings::default() };
    let mut t = TestDriver::with_settings(b.build(()), settings);
    send(&mut t, "asks", "k", "1", 1);
    assert_eq!(answers(&mut t), [""; 0]);
    send(&mut t, "asks", "k", "2", 2);
    assert_eq!(answers(&mut t), ["20", "21", "22"]);
}
/// Emits in its `start`, and at the time that a record says.
struct Early {
    at: Option<Timestamp>,
}
impl Processor for Early {
    type Key = String;
    type In = String;
    type Stores = ();
    type Out = Emit<String, String>;
    fn start(&mut self, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        match self.at {
            Some(time) => cx.out.emit_at("k".into(), "started".into(), time),
            None => cx.out.emit("k".into(), "started".into()),
        }
    }
    fn process(&mut self, m: Message<String, String>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        cx.out.emit_at(m.key, "processed".into(), at(&m.value))
    }
}
fn early(time: Option<Timestamp>) -> TestDriver {
    let b = Topology::builder("early");
    b.stream(texts("asks")).process((), move || Early { at: time }).place::<One>("placed").to(texts("out"));
    TestDriver::new(b.build(()))
}
#[test]
fn a_processor_emits_in_its_start_at_a_time_that_it_says() {
    let mut t = early(Some(Timestamp(7)));
    send(&mut t, "asks", "k", "9", 8);
    let times: Vec<i64> = t.output(texts("out")).records().iter().map(|r| r.time.0).collect();
    assert_eq!(times, [7, 9]);
}
#[test]
#[should_panic(expected = "in `start` there is neither")]
fn a_processor_cannot_take_a_time_in_its_start() {
    early(None);
}
#[test]
#[should_panic(expected = "negative time")]
fn a_processor_cannot_emit_at_a_negative_time() {
    send(&mut early(Some(Timestamp(7))), "asks", "k", "-7", 8);
}
