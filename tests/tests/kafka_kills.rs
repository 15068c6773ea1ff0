//! Word count exactly once in two processes that are killed, and started again, while lines keep coming: not a count is lost or doubled, the
//! changelog equals the state, no state is wiped, and a restore replays only what came after the checkpoint.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams_store::{Backend, Direction, RedbBackend};
use kstreams_tests::{
    dice::Dice,
    kafka::{Broker, Client, Process, broker},
    words,
};
use std::{
    collections::BTreeMap,
    fs,
    ops::Bound,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tempfile::TempDir;

const ID: &str = "kills";
const PREFIX: &str = "kills.";
const CHANGELOG: &str = "kills-counts-changelog";
const KILLS: usize = 20;
const PROCESSES: usize = 2;
const TASKS: u32 = 3;
const PATIENCE: Duration = Duration::from_secs(90);

/// The processes and their disks.
struct Fleet {
    broker: &'static Broker,
    disk: TempDir,
    processes: Vec<Process>,
    /// Changelog records that were read back, by restore.
    replayed: Vec<u64>,
    /// What these restores would have read back from empty disks.
    whole: u64,
}
impl Fleet {
    fn folder(&self, process: usize) -> PathBuf {
        self.disk.path().join(process.to_string())
    }
    fn start(&self, process: usize) -> Process {
        let settings = [
            ("BOOTSTRAP_SERVERS", self.broker.bootstrap()),
            ("TOPIC_PREFIX", PREFIX.to_owned()),
            ("GUARANTEE", "exactly_once".to_owned()),
            ("COMMIT_INTERVAL_MS", "50".to_owned()),
            ("CHECKPOINT_INTERVAL_MS", "300".to_owned()),
            ("STATE_DIR", self.folder(process).display().to_string()),
            // A killed member is missed after this.
            ("KAFKA_CONSUMER_SESSION_TIMEOUT_MS", "2000".to_owned()),
        ];
        Process::start(Path::new(env!("CARGO_BIN_EXE_counter")), &[ID], &settings)
    }
    /// Kills one and starts it again. Its files must be the same ones afterwards.
    fn kill(&mut self, process: usize, client: &Client) {
        let fresh = self.processes.remove(process).kill();
        self.note(&fresh);
        let before = files(&self.folder(process));
        self.whole += client.read_ends(CHANGELOG);
        let again = self.start(process);
        self.processes.insert(process, again);
        let after = files(&self.folder(process));
        before.iter().for_each(|(file, inode)| assert_eq!(after.get(file), Some(inode), "{} was wiped", file.display()));
    }
    fn note(&mut self, said: &[String]) {
        let failed: Vec<_> = said.iter().filter(|line| line.starts_with("failed") || line.starts_with("error")).collect();
        assert!(failed.is_empty(), "{failed:?}");
        let restored = said.iter().filter_map(|line| line.strip_prefix("restored ")?.split(' ').nth(1)?.parse::<u64>().ok());
        self.replayed.extend(restored);
    }
    fn finish(&mut self) {
        for process in std::mem::take(&mut self.processes) {
            let said = process.terminate();
            self.note(&said);
        }
    }
}
/// Databases and their inodes.
fn files(folder: &Path) -> BTreeMap<PathBuf, u64> {
    let tasks = fs::read_dir(folder.join(ID)).into_iter().flatten().flatten().map(|task| task.path().join("state.redb"));
    tasks.filter_map(|file| Some((file.clone(), fs::metadata(&file).ok()?.ino()))).collect()
}

/// Lines that keep coming until somebody says stop; answers all of them.
fn keep_writing(client: Client, mut dice: Dice, stop: Arc<AtomicBool>) -> JoinHandle<Vec<String>> {
    thread::spawn(move || {
        let (writer, mut written) = (client.writer(), vec![]);
        while !stop.load(Ordering::Relaxed) {
            for _ in 0..10 {
                let line = words::line(&mut dice);
                writer.write(&format!("{PREFIX}lines"), None, Some(line.as_bytes()), 1_767_571_200_000);
                written.push(line);
            }
            thread::sleep(Duration::from_millis(20));
        }
        writer.flush();
        written
    })
}

/// Updates of each word as they were written: one, two, three, … if nothing was lost or doubled.
fn updates(client: &Client) -> BTreeMap<String, Vec<u64>> {
    let mut updates = BTreeMap::<_, Vec<u64>>::new();
    for record in client.read(&format!("{PREFIX}word-counts")) {
        let count = u64::from_be_bytes(record.value.unwrap().try_into().unwrap());
        updates.entry(String::from_utf8(record.key.unwrap()).unwrap()).or_default().push(count);
    }
    updates
}
fn wait_for(expected: &BTreeMap<String, u64>, client: &Client) -> BTreeMap<String, Vec<u64>> {
    let since = Instant::now();
    loop {
        let updates = updates(client);
        let there: u64 = updates.values().map(|u| u.len() as u64).sum();
        if there >= expected.values().sum() || since.elapsed() > PATIENCE {
            return updates;
        }
        thread::sleep(Duration::from_millis(500));
    }
}

/// The rows of a task's store, and the changelog position that they stand at, on the disk that is furthest.
fn state(fleet: &Fleet, task: u32) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let file = |process| fleet.folder(process).join(ID).join(format!("1_{task}")).join("state.redb");
    let open = |process| file(process).exists().then(|| RedbBackend::open(file(process), 1 << 20).unwrap().snapshot().unwrap());
    let snapshots = (0..PROCESSES).filter_map(open);
    let furthest = snapshots.max_by_key(|snapshot| snapshot.position(CHANGELOG, task as i32)).expect("somebody had the task");
    let table = furthest.table("counts").unwrap().expect("words were counted");
    let rows = table.range(Bound::Unbounded, Bound::Unbounded, Direction::Forward).unwrap();
    rows.map(|row| row.unwrap()).map(|(key, row)| (key.to_vec(), row.bytes.to_vec())).collect()
}

#[test]
fn kills_lose_nothing_double_nothing_and_wipe_nothing() {
    let Some(broker) = broker() else { return };
    let seed = std::env::var("KSTREAMS_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64);
    println!("KSTREAMS_TEST_SEED={seed}");
    let (client, mut dice) = (broker.client(), Dice::new(seed));
    client.create(&format!("{PREFIX}lines"), 3);
    client.create(&format!("{PREFIX}word-counts"), 3);
    let mut fleet = Fleet { broker, disk: tempfile::tempdir().unwrap(), processes: vec![], replayed: vec![], whole: 0 };
    fleet.processes = (0..PROCESSES).map(|process| fleet.start(process)).collect();
    fleet.processes[0].wait_for("running");
    let stop = Arc::new(AtomicBool::new(false));
    let writing = keep_writing(broker.client(), Dice::new(seed ^ 1), stop.clone());
    for _ in 0..KILLS {
        thread::sleep(Duration::from_millis(300 + dice.below(3_000) as u64));
        fleet.kill(dice.below(PROCESSES), &client);
    }
    stop.store(true, Ordering::Relaxed);
    let lines = writing.join().unwrap();
    let expected = words::count(lines.iter().map(String::as_str));
    wait_for(&expected, &client);
    fleet.finish();

    let updates = updates(&client);
    for (word, count) in &expected {
        assert!(updates[word].iter().copied().eq(1..=*count), "{word}: {:?} instead of 1 to {count}", updates[word]);
    }
    assert!(updates.keys().eq(expected.keys()));
    let on_disk: BTreeMap<_, _> = (0..TASKS).flat_map(|task| state(&fleet, task)).collect();
    assert_eq!(on_disk, client.table(CHANGELOG), "the state and its changelog");
    assert_eq!(on_disk.len(), expected.len());
    let (replayed, most) = (fleet.replayed.iter().sum::<u64>(), fleet.replayed.iter().max().copied().unwrap_or(0));
    let total: u64 = expected.values().sum();
    println!(
        "{KILLS} kills, {} lines, {total} counts; {} restores replayed {replayed} records, {most} at most; from empty disks: {}",
        lines.len(),
        fleet.replayed.len(),
        fleet.whole
    );
    assert!(replayed <= fleet.whole / 3, "restores replay what the checkpoints hold already");
}
