//! Tables and streams whose keys are time windows, behind stores and topics that leave the window's end out of the key's bytes.
use kstreams::prelude::*;

type Windowed = Space<TimeWindowed<String>, 2>;

#[topic(name = "clicks", key = String, value = String, partitions = 2)]
struct Clicks;
/// What was sold in an hour: an article's name.
#[topic(name = "best-of-hour", key = TimeWindowed<String>, value = String, partitions = 2, window = hours(1))]
struct BestOfHour;
#[topic(name = "prices", key = String, value = u64, partitions = 3)]
struct Prices;
#[topic(name = "asks", key = String, value = String, partitions = 2)]
struct Asks;
#[topic(name = "out", key = TimeWindowed<String>, value = String, partitions = 2, window = hours(1))]
struct Out;
#[topic(name = "answers", key = String, value = String, partitions = 2)]
struct Answers;

const HOUR: i64 = 3_600_000;

fn hour(key: &str, n: i64) -> TimeWindowed<String> {
    TimeWindowed { key: key.into(), window: TimeBounds { start: n * HOUR, end: (n + 1) * HOUR } }
}
fn shown(key: &TimeWindowed<String>, value: &str) -> String {
    let TimeBounds { start, end } = key.window;
    format!("{}@{}..{} {value}", key.key, start / HOUR, end / HOUR)
}
/// What is written of a table, with the windows as operators see them.
fn told(table: Table<Windowed, String>) {
    table.to_stream().present().map_values_kv(|key, value| shown(key, &value)).to(Out);
}
fn driven(build: impl FnOnce(&Builder)) -> TestDriver {
    let b = Topology::builder("windowed-keys");
    build(&b);
    TestDriver::new(b.build(()))
}

#[test]
fn rows_of_windows_join_over_a_foreign_key_and_stay_rows_of_windows() {
    for left in [true, false] {
        let mut t = driven(|b| {
            let (best, prices) = (b.table(BestOfHour), b.table(Prices));
            let bill = |item: &String, price: &u64| format!("{item} for {price}");
            let item = |item: &String| item.clone();
            told(if left {
                best.left_join_foreign("item-price", prices, item, move |i, p| p.map_or("?".into(), |p| bill(i, p)))
            } else {
                best.join_foreign("item-price", prices, item, bill)
            });
        });
        t.input(Prices).send("tea".into(), 7);
        for (user, n, item) in [("ann", 1, "tea"), ("ann", 2, "tea"), ("bob", 1, "ale")] {
            t.input(BestOfHour).send(hour(user, n), item.into());
        }
        t.input(Prices).send("tea".into(), 8).send("ale".into(), 5);
        t.crash();
        t.input(BestOfHour).send(hour("ann", 1), "ale".into());
        let mut rows: Vec<_> = t.output(Out).table();
        rows.sort_by_key(|(key, _)| (key.key.clone(), key.window.start));
        let expected = [("ann", 1, "ann@1..2 ale for 5"), ("ann", 2, "ann@2..3 tea for 8"), ("bob", 1, "bob@1..2 ale for 5")];
        assert_eq!(rows, expected.map(|(user, n, text)| (hour(user, n), text.to_string())));
    }
}

#[test]
fn counts_of_windows_join_over_a_foreign_key() {
    let mut t = driven(|b| {
        let per_hour = b.stream(Clicks).windowed_by(tumbling(hours(1))).reduce("last-page", |last, page| page.clone_into(last));
        told(per_hour.join_foreign("page-price", b.table(Prices), |page| page.clone(), |page, price| format!("{page} {price}")));
    });
    t.input(Prices).send("/tea".into(), 7);
    t.input(Clicks).at(HOUR + 1).send("ann".into(), "/ale".into()).send("ann".into(), "/tea".into());
    t.input(Prices).send("/tea".into(), 8);
    assert_eq!(t.output(Out).values(), ["ann@1..2 /tea 7", "ann@1..2 /tea 8"]);
}

/// Lists all rows of a table.
struct List;
impl Processor for List {
    type Key = String;
    type In = String;
    type Stores = TableView<TimeWindowed<String>, String>;
    type Out = EmitInPlace<String, String>;
    fn process(&mut self, ask: Message<String, String>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        let rows = cx.stores.all()?.map(|row| row.map(|(key, value)| shown(&key, &value)));
        let rows: Vec<String> = rows.collect::<kstreams::Result<_>>()?;
        cx.out.emit(&ask.key, rows.join(", "))
    }
}

#[test]
fn a_view_of_a_topic_of_windows_shows_whole_windows() {
    let mut t = driven(|b| b.stream(Asks).process(b.table(BestOfHour).filter(|item| item != "none"), || List).to(Answers));
    t.input(BestOfHour).send(hour("ann", 1), "tea".into()).send(hour("ann", 2), "none".into()).send(hour("ann", 3), "ale".into());
    t.input(Asks).send("ann".into(), "all".into());
    t.crash();
    t.input(Asks).send("ann".into(), "all".into());
    assert_eq!(t.output(Answers).values(), ["ann@1..2 tea, ann@3..4 ale"; 2]);
}

#[test]
fn what_is_handed_on_at_a_commit_has_whole_windows() {
    let mut t = driven(|b| told(b.table(BestOfHour).materialize(stored("best").emit_on_commit())));
    t.input(BestOfHour).send(hour("ann", 1), "tea".into());
    assert_eq!(t.output(Out).values(), ["ann@1..2 tea"]);
}

#[test]
fn records_of_windows_keep_them_through_a_topic_between() {
    let mut t = driven(|b| {
        let moved = b.stream(BestOfHour).place::<Space<TimeWindowed<String>, 3>>("spread");
        moved.map_values_kv(|key, value| shown(key, &value)).to(Out);
    });
    t.input(BestOfHour).send(hour("ann", 1), "tea".into());
    assert_eq!(t.output(Out).values(), ["ann@1..2 tea"]);
}

#[test]
fn records_of_windows_that_met_nobody_keep_them() {
    let mut t = driven(|b| {
        let best = b.stream(BestOfHour);
        let (other, best) = (best.clone().filter(|item| item == "ale"), best.filter(|item| item != "ale"));
        let pairs = best.left_join_stream(other, within(seconds(1)), "pairs", |l, r| format!("{l} {r:?}"));
        pairs.map_values_kv(|key, value| shown(key, &value)).to(Out);
    });
    t.input(BestOfHour).at(HOUR).send(hour("ann", 1), "tea".into());
    t.input(BestOfHour).at(2 * HOUR).send(hour("ann", 2), "ale".into());
    assert_eq!(t.output(Out).values(), ["ann@1..2 tea None"]);
}

#[test]
fn of_windows_that_user_code_makes_nobody_guesses_the_size() {
    let mut t = driven(|b| {
        let days = b.stream(BestOfHour).map(|key, item| (TimeWindowed { window: TimeBounds { start: 0, end: 24 * HOUR }, ..key }, item));
        let moved = days.place::<Space<TimeWindowed<String>, 3>>("of-days");
        moved.map_values_kv(|key, value| shown(key, &value)).to(Out);
    });
    t.input(BestOfHour).send(hour("ann", 1), "tea".into());
    assert_eq!(t.output(Out).values(), ["ann@0..0 tea"]);
}
