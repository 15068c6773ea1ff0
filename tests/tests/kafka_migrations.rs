//! A retyped store on a real broker, exactly once: its rows are read through the migration from the disk of the version before and from the
//! changelog, by processes that are killed while they write the changelog once more, lose their disk then, or get a neighbour. Judged by a fold
//! over the orders: each update once in the output, and the changelog read by hand.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::Record;
use kstreams_store::{Backend, Direction, RedbBackend};
use kstreams_tests::{
    kafka::{Broker, Client, Process, Read, broker},
    spending::{
        Fold, Total,
        Version::{self, First, Migrating, Retyped},
        first, migrated,
    },
};
use std::{
    collections::BTreeMap,
    fs,
    ops::Bound,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// 2026-01-05.
const TIME: i64 = 1_767_571_200_000;
const PATIENCE: Duration = Duration::from_secs(60);
const BUYERS: usize = 6_000;
/// As many as take a while to be written once more.
const MANY: usize = 12_000;
const TASKS: u32 = 3;
/// Of the first disk.
const A: &str = "a";
const B: &str = "b";
/// Milliseconds of rest behind each commit; one commit takes a part of what is written once more.
const SWIFT: u64 = 0;
const SLOW: u64 = 600;

/// The application under a name of its own on the broker, and what must have come of it until now.
struct Shop {
    id: &'static str,
    broker: &'static Broker,
    client: Client,
    disk: TempDir,
    fold: Fold,
}
/// A changelog record: its row as the present type has it, and whether it says that it is that.
type Logged = (Total, bool);

impl Shop {
    /// Deployed at version 1, with many rows. `None`: there is no broker.
    fn deployed(id: &'static str, buyers: usize, end: impl FnOnce(Process) -> Vec<String>) -> Option<Shop> {
        let broker = broker()?;
        let mut shop = Shop { id, broker, client: broker.client(), disk: tempfile::tempdir().unwrap(), fold: Fold::default() };
        shop.client.create(&shop.topic("orders"), TASKS as i32);
        shop.client.create(&shop.topic("spent"), TASKS as i32);
        shop.order(First, (0..buyers).chain((0..buyers).step_by(3)));
        let mut process = shop.start(First, A, SWIFT);
        shop.wait_for_all(&mut process);
        good(&end(process));
        shop.check(false);
        Some(shop)
    }
    fn topic(&self, name: &str) -> String {
        format!("{}.{name}", self.id)
    }
    fn changelog(&self, store: &str) -> String {
        format!("{}-{store}-changelog", self.id)
    }
    fn folder(&self, disk: &str) -> PathBuf {
        self.disk.path().join(disk)
    }
    fn start(&self, version: Version, disk: &str, rest: u64) -> Process {
        let settings = [
            ("BOOTSTRAP_SERVERS", self.broker.bootstrap()),
            ("TOPIC_PREFIX", self.topic("")),
            ("GUARANTEE", "exactly_once".to_owned()),
            ("COMMIT_INTERVAL_MS", "100".to_owned()),
            ("CHECKPOINT_INTERVAL_MS", "300".to_owned()),
            ("STATE_DIR", self.folder(disk).display().to_string()),
            // Whose disk is gone is still known: nobody waits for the end of its transaction.
            ("INSTANCE", disk.to_owned()),
            // A killed member is missed after this.
            ("KAFKA_CONSUMER_SESSION_TIMEOUT_MS", "2000".to_owned()),
        ];
        Process::start(Path::new(env!("CARGO_BIN_EXE_counter")), &[self.id, &version.to_string(), &rest.to_string()], &settings)
    }
    /// An order of each of these buyers, which this version will take.
    fn order(&mut self, version: Version, buyers: impl Iterator<Item = usize>) {
        let writer = self.client.writer();
        for (n, buyer) in buyers.enumerate() {
            let (buyer, cents) = (format!("buyer-{buyer}"), 1 + n as u64 % 97);
            writer.write(&self.topic("orders"), Some(buyer.as_bytes()), Some(&cents.to_be_bytes()), TIME);
            self.fold.order(version, &buyer, cents);
        }
        writer.flush();
    }
    /// Of every second of the buyers that are there, and of some that are new.
    fn order_more(&mut self, version: Version) {
        let there = self.fold.rows.len();
        self.order(version, (0..there).step_by(2).chain(there..there + 300));
    }
    /// Runs a version until it has taken all orders and there are no older rows; ends it in good order. Answers what it said.
    fn run(&self, version: Version, disk: &str) -> Vec<String> {
        let mut process = self.start(version, disk, SWIFT);
        self.wait_for_all(&mut process);
        wait(&mut process, "the migration", || self.is_through());
        let said = process.terminate();
        good(&said);
        said
    }
    fn wait_for_all(&self, process: &mut Process) {
        let all: usize = self.fold.spent.values().map(Vec::len).sum();
        wait(process, "all orders", || self.client.read(&self.topic("spent")).len() >= all);
    }
    /// Runs the migrating version until it has written more than this many records of the changelog.
    fn begin_migrating(&self, records: u64) -> Process {
        let written = || self.client.read_ends(&self.changelog("totals"));
        let (before, mut process) = (written(), self.start(Migrating, A, SLOW));
        wait(&mut process, "a part of it", || written() > before + records);
        process
    }
    /// All that the changelog says of each buyer.
    fn logged(&self) -> BTreeMap<String, Vec<Logged>> {
        let mut logged = BTreeMap::<_, Vec<Logged>>::new();
        for read in self.client.read(&self.changelog("totals")) {
            logged.entry(text(read.key.as_ref())).or_default().push(read_by_hand(&read));
        }
        logged
    }
    /// How many rows are live, and how many of these say that they are of the present type.
    fn live(&self) -> (usize, usize) {
        let logged = self.logged();
        (logged.len(), logged.values().filter(|rows| rows.last().is_some_and(|(_, says)| *says)).count())
    }
    fn is_through(&self) -> bool {
        let (live, says) = self.live();
        live == says
    }
    fn assert_it_is_in_the_middle(&self) {
        let (live, says) = self.live();
        println!("{}: {says} of {live} rows were written once more", self.id);
        assert!(0 < says && says < live, "{says} of {live}");
    }
    /// Nobody runs: output and changelogs are the fold's. The first version knows of no headers.
    fn check(&self, is_migrated: bool) {
        let mut spent = BTreeMap::<_, Vec<String>>::new();
        for read in self.client.read(&self.topic("spent")) {
            spent.entry(text(read.key.as_ref())).or_default().push(text(read.value.as_ref()));
        }
        same("the output", &spent, &self.fold.spent);
        let (logged, latest) = (self.logged(), self.fold.rows.iter().map(|(buyer, rows)| (buyer.clone(), rows.last().cloned())).collect());
        same(
            "the changelog",
            &logged.iter().map(|(buyer, rows)| (buyer.clone(), rows.last().map(|(row, _)| row.clone()))).collect(),
            &latest,
        );
        for (buyer, rows) in &logged {
            let at = rows.iter().map(|(row, _)| self.fold.rows[buyer].iter().position(|folded| folded == row));
            let at = at.collect::<Option<Vec<_>>>().unwrap_or_else(|| panic!("{buyer}: it never had one of the rows {rows:?}"));
            assert!(at.is_sorted(), "{buyer} went back: {at:?}");
            assert!(rows.iter().map(|(_, says)| *says).is_sorted(), "{buyer}: a record of the old type behind one of the new");
            assert_eq!(rows.last().is_some_and(|(_, says)| *says), is_migrated, "{buyer}");
        }
        let counts = self.client.table(&self.changelog("counts"));
        let counts = counts.into_iter().map(|(buyer, count)| (text(Some(&buyer)), u64::from_be_bytes(count.try_into().unwrap()))).collect();
        same("the neighbour's changelog", &counts, &self.fold.counts());
    }
    /// Its disk too.
    fn check_with(&self, disk: &str) {
        self.check(true);
        let on_disk: BTreeMap<_, _> = (0..TASKS).flat_map(|task| rows_on_disk(&self.folder(disk), self.id, task)).collect();
        assert!(on_disk == self.client.table(&self.changelog("totals")), "the disk is not its changelog");
    }
    /// What comes after a migration: without it all is read back from the changelog.
    fn check_without_the_migration(mut self) {
        self.order_more(Retyped);
        let said = self.run(Retyped, "later");
        assert!(restored(&said) > 0, "{said:?}");
        self.check_with("later");
    }
}
/// Kafka's records say no type: those with the header are of the new one.
fn read_by_hand(read: &Read) -> Logged {
    let says = read.headers.iter().any(|(name, _)| name == "kstreams-migrated");
    let (value, buyer) = (read.value.as_deref(), text(read.key.as_ref()));
    let row = if says { Total::decode(value) } else { first::Total::decode(value).map(migrated) };
    (row.unwrap_or_else(|e| panic!("{buyer}, with a header: {says}: {e}")), says)
}
fn rows_on_disk(folder: &Path, id: &str, task: u32) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let file = folder.join(id).join(format!("0_{task}")).join("state.redb");
    let snapshot = RedbBackend::open(file, 1 << 20).unwrap().snapshot().unwrap();
    let table = snapshot.table("totals").unwrap().expect("there are orders in each partition");
    let rows = table.range(Bound::Unbounded, Bound::Unbounded, Direction::Forward).unwrap();
    rows.map(|row| row.unwrap()).map(|(key, row)| (key.to_vec(), row.bytes.to_vec())).collect()
}
fn text(bytes: Option<&Vec<u8>>) -> String {
    String::from_utf8(bytes.cloned().unwrap_or_default()).unwrap()
}
/// Large maps are not printed whole.
fn same<V: PartialEq + std::fmt::Debug>(what: &str, there: &BTreeMap<String, V>, expected: &BTreeMap<String, V>) {
    let other = expected.keys().chain(there.keys()).find(|buyer| there.get(*buyer) != expected.get(*buyer));
    let Some(buyer) = other else { return };
    panic!("{what}, {buyer}: {:?} instead of {:?}", there.get(buyer), expected.get(buyer));
}
/// How many changelog records were read back.
fn restored(said: &[String]) -> u64 {
    said.iter().filter_map(|line| line.strip_prefix("restored ")?.split(' ').nth(1)?.parse::<u64>().ok()).sum()
}
fn good(said: &[String]) {
    let failed: Vec<_> = said.iter().filter(|line| line.starts_with("failed") || line.starts_with("error")).collect();
    assert!(failed.is_empty(), "{failed:?}");
}
fn wait(process: &mut Process, what: &str, is_there: impl Fn() -> bool) {
    let since = Instant::now();
    while !is_there() {
        assert!(!process.has_ended(), "waited for {what}, but it ended: {:?}", process.said());
        assert!(since.elapsed() < PATIENCE, "waited for {what}; it said {:?}", process.said());
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_retyped_store_goes_on_from_its_disk() {
    let Some(mut shop) = Shop::deployed("retyped", BUYERS, Process::terminate) else { return };
    shop.order_more(Migrating);
    refused_without_a_migration(&shop);
    let said = shop.run(Migrating, A);
    assert!(restored(&said) > 0, "it comes back from the changelog: {said:?}");
    shop.check_with(A);
    shop.order_more(Migrating);
    let said = shop.run(Migrating, A);
    assert_eq!(restored(&said), 0, "from then on its disk holds the new type: {said:?}");
    shop.check_with(A);
    shop.check_without_the_migration();
}
/// It says how the types differ, and touches nothing.
fn refused_without_a_migration(shop: &Shop) {
    let process = shop.start(Retyped, A, SWIFT);
    for task in 0..TASKS {
        let said = process.wait_for(&format!("failed 0_{task} "));
        for part in ["store `totals`", "the value has other fields (+ orders: u64)", "`stored(\"totals\").migrate(from::<Old>(), f)`"] {
            assert!(said.contains(part), "{part} is not in: {said}");
        }
    }
    let said = process.kill();
    assert!(!said.iter().any(|line| line.starts_with("running")), "{said:?}");
}

#[test]
fn a_retyped_store_goes_on_from_its_changelog_alone() {
    let Some(mut shop) = Shop::deployed("diskless", BUYERS, Process::kill) else { return };
    shop.order_more(Migrating);
    shop.run(Migrating, B);
    shop.check_with(B);
    shop.check_without_the_migration();
}

#[test]
fn kills_in_the_middle_of_a_migration_leave_nothing_undecided() {
    let Some(mut shop) = Shop::deployed("killed", BUYERS, Process::kill) else { return };
    // The second one has come further than the first.
    for records in [0, 2_000] {
        shop.order_more(Migrating);
        good(&shop.begin_migrating(records).kill());
        shop.assert_it_is_in_the_middle();
    }
    shop.run(Migrating, A);
    shop.check_with(A);
    shop.check_without_the_migration();
}

#[test]
fn a_disk_that_is_lost_in_the_middle_of_a_migration_is_not_missed() {
    let Some(mut shop) = Shop::deployed("lost", BUYERS, Process::terminate) else { return };
    shop.order_more(Migrating);
    good(&shop.begin_migrating(0).kill());
    shop.assert_it_is_in_the_middle();
    fs::remove_dir_all(shop.folder(A)).unwrap();
    shop.run(Migrating, A);
    shop.check_with(A);
    shop.check_without_the_migration();
}

/// Tasks move to a neighbour that begins where they are.
#[test]
fn tasks_that_move_in_the_middle_of_a_migration_go_on_with_it() {
    let Some(mut shop) = Shop::deployed("moving", MANY, Process::terminate) else { return };
    shop.order_more(Migrating);
    let (process, neighbour) = (shop.start(Migrating, A, SLOW), shop.start(Migrating, B, SLOW));
    neighbour.wait_for("running");
    process.wait_for("running");
    shop.assert_it_is_in_the_middle();
    good(&process.terminate());
    good(&neighbour.terminate());
    shop.run(Migrating, B);
    shop.check_with(B);
    shop.check_without_the_migration();
}
