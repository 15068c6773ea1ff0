//! What a record costs where an operator walks over rows: as much as it takes from them, however many there are. Counted, not timed.
use super::*;

/// A part of a topology and the records that it has had: so many rows lie in its store then.
struct Case {
    name: &'static str,
    operators: fn(Stream<Space<String, 1>, u64>),
    /// Time and value of the records that fill the store.
    filling: fn(u64) -> (i64, u64),
    /// Those that come then, for each of which it is counted.
    then: fn(u64) -> (i64, u64),
}
const CASES: &[Case] = &[
    Case {
        name: "a session among those of other keys",
        operators: |s| keyed(s).windowed_by(session(seconds(1))).count(stored("visits").retention(hours(1))).to_stream().discard(),
        filling: |i| (0, i),
        then: |i| (5_000, i),
    },
    Case {
        name: "a session before many others of its key",
        operators: |s| s.windowed_by(session(millis(1)).grace(hours(1))).count("visits").to_stream().discard(),
        filling: |i| (10_000 + i as i64 * 10, 1),
        then: |i| (i as i64 * 10, 1),
    },
    Case {
        name: "a sliding window among those of other keys",
        operators: |s| keyed(s).windowed_by(sliding(seconds(1)).grace(hours(1))).count("near").to_stream().discard(),
        filling: |i| (0, i),
        then: |i| (5_000, i),
    },
    Case {
        name: "records that go alone after many others",
        operators: |s| {
            let (odd, even) = s.split_by_parity();
            odd.outer_join_stream(even, within(millis(1)), "pairs", |l, r| l.or(r).copied().unwrap_or_default()).discard();
        },
        filling: |i| (i as i64 * 10, i),
        then: |i| (1_000_000 + i as i64 * 10, i),
    },
    Case {
        name: "records that go alone while many others wait",
        operators: |s| {
            let (odd, even) = s.split_by_parity();
            odd.outer_join_stream(even, within(hours(1)), "pairs", |l, r| l.or(r).copied().unwrap_or_default()).discard();
        },
        filling: |i| (1_000 + i as i64, i),
        then: |i| (3_600_000 + i as i64, 1_000_000 + i),
    },
    Case {
        name: "a record of a side that has many of its time",
        operators: |s| {
            let (odd, even) = s.split_by_parity();
            odd.join_stream(even, within(hours(1)), "pairs", |l, _| *l).discard();
        },
        filling: |_| (0, 1),
        then: |_| (0, 1),
    },
    Case {
        name: "records that have waited long enough after many others",
        operators: |s| {
            let table = s.clone().to_table(stored("known").versioned(hours(1)));
            s.join(table.with_grace("late", millis(1)), |value, _| value).discard();
        },
        filling: |i| (i as i64 * 10, i),
        then: |i| (1_000_000 + i as i64 * 10, i),
    },
    Case {
        name: "a processor's first and last row",
        operators: |s| s.process(kv("numbers"), || Ends).discard(),
        filling: |i| (0, i),
        then: |i| (0, i),
    },
    Case {
        name: "a processor's latest window",
        operators: |s| s.process(windows("windows", seconds(1), hours(24)), || Latest).discard(),
        filling: |i| (i as i64, i),
        then: |i| (i as i64, i),
    },
    Case {
        name: "a processor's earliest session",
        operators: |s| s.process(sessions("sessions", hours(24)), || Earliest).discard(),
        filling: |i| (i as i64, i),
        then: |i| (i as i64, i),
    },
];
/// Keeps numbers, and asks for the first and the last.
struct Ends;
impl Processor for Ends {
    type Key = String;
    type In = u64;
    type Stores = KvStore<u64, u64>;
    type Out = EmitInPlace<String, u64>;
    fn process(&mut self, n: Message<String, u64>, cx: &mut Cx<Self>) -> Result<()> {
        cx.stores.put(&n.value, n.value)?;
        let mut all = cx.stores.all()?;
        let ends = [all.next(), all.next_back()].into_iter().flatten().map(|row| Ok(row?.0));
        ends.collect::<Result<Vec<_>>>()?.iter().try_for_each(|end| cx.out.emit(&n.key, *end))
    }
}
/// Keeps a window for each time, and asks for the latest.
struct Latest;
impl Processor for Latest {
    type Key = String;
    type In = u64;
    type Stores = WindowStore<String, u64>;
    type Out = EmitInPlace<String, u64>;
    fn process(&mut self, n: Message<String, u64>, cx: &mut Cx<Self>) -> Result<()> {
        cx.stores.put(&n.key, n.time, n.value)?;
        let latest = cx.stores.fetch(&n.key, ..)?.next_back().transpose()?;
        latest.map_or(Ok(()), |(_, value)| cx.out.emit(&n.key, value))
    }
}
/// Keeps a session for each time, and asks for the earliest.
struct Earliest;
impl Processor for Earliest {
    type Key = String;
    type In = u64;
    type Stores = SessionStore<String, u64>;
    type Out = EmitInPlace<String, u64>;
    fn process(&mut self, n: Message<String, u64>, cx: &mut Cx<Self>) -> Result<()> {
        let window = SessionBounds { start: n.time.0, end: n.time.0 };
        cx.stores.put(&SessionWindowed { key: n.key.clone(), window }, n.value)?;
        let earliest = cx.stores.fetch(&n.key, ..)?.next().transpose()?;
        earliest.map_or(Ok(()), |(_, value)| cx.out.emit(&n.key, value))
    }
}
fn keyed(s: Stream<Space<String, 1>, u64>) -> Stream<Space<String, 1>, u64> {
    s.select_key_in_place(|_, value| value.to_string())
}
trait SplitByParity: Sized {
    fn split_by_parity(self) -> (Self, Self);
}
impl SplitByParity for Stream<Space<String, 1>, u64> {
    /// Records that never meet: each has a key of its own.
    fn split_by_parity(self) -> (Self, Self) {
        let keyed = keyed(self);
        (keyed.clone().filter(|n| n % 2 == 1), keyed.filter(|n| n % 2 == 0))
    }
}
/// Records that come when the store is filled.
const THEN: u64 = 20;

/// Entries and rows that scans look at for these records.
fn looked_at(case: &Case, filled: u64) -> u64 {
    let mut bed = Bed::started(case.operators);
    for i in 0..filled {
        let (time, value) = (case.filling)(i);
        bed.send(i as i64, time, value).unwrap();
    }
    bed.commit(1);
    let before = bed.task.looked_at();
    for i in 0..THEN {
        let (time, value) = (case.then)(i);
        bed.send((filled + i) as i64, time, value).unwrap();
    }
    bed.task.looked_at() - before
}

#[test]
fn a_record_looks_at_what_it_takes_however_many_rows_there_are() {
    let grown: Vec<String> = CASES
        .iter()
        .map(|case| (case.name, looked_at(case, 50), looked_at(case, 2_000)))
        .filter(|(_, few, many)| *many > few + 4 * THEN)
        .map(|(name, few, many)| format!("{name}: {few} among 50, {many} among 2000"))
        .collect();
    assert!(grown.is_empty(), "{grown:#?}");
}
