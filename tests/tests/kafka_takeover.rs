//! Kafka Streams counts windowed words, stops, and kstreams goes on under the same application id and names, from its changelog and its offsets; and
//! back again, from ours.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{App, Config, Unkeyed, prelude::*};
use kstreams_tests::{
    dice::Dice,
    kafka::{Client, Running, WindowedWords, fresh_broker},
};
use std::{
    collections::BTreeMap,
    path::Path,
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// As `tests/takeover/WindowedWords.java`.
fn windowed_words() -> Topology {
    let b = Topology::builder("windowed-words");
    let words = b
        .stream(named::<Space<Unkeyed, 3>, String>("lines"))
        .flat_map_values(|line| line.split(' ').map(str::to_owned).collect::<Vec<_>>());
    let per_minute = words
        .repartition::<Space<String, 3>>("words", |word: &String| word.clone())
        .windowed_by(tumbling(minutes(1)).grace(hours(1)))
        .count("per-minute");
    per_minute.to(named::<Space<TimeWindowed<String>, 3>, u64>("counts"));
    b.build(())
}

/// Word and begin of its minute.
type Minute = (String, i64);
const WORDS: [&str; 7] = ["tea", "ale", "wine", "rum", "gin", "cider", "port"];
const LINES: u64 = 400;
const PATIENCE: Duration = Duration::from_secs(90);

/// Lines, and how often each word has come in each minute since the first one.
struct Fed {
    client: Client,
    dice: Dice,
    time: i64,
    expected: BTreeMap<Minute, u64>,
}
impl Fed {
    fn write(&mut self) {
        let writer = self.client.writer();
        for _ in 0..LINES {
            self.time += 300;
            let words: Vec<&str> = (0..3).map(|_| WORDS[self.dice.below(WORDS.len())]).collect();
            writer.write("lines", None, Some(words.join(" ").as_bytes()), self.time);
            for word in words {
                *self.expected.entry((word.to_owned(), self.time - self.time.rem_euclid(60_000))).or_default() += 1;
            }
        }
        writer.flush();
    }
    /// All counts that were put out, in order.
    fn counts(&self) -> BTreeMap<Minute, Vec<u64>> {
        let mut counts: BTreeMap<Minute, Vec<u64>> = BTreeMap::new();
        for record in self.client.read("counts") {
            let key = record.key.unwrap();
            let (word, start) = key.split_at(key.len() - 8);
            let minute = (String::from_utf8(word.to_vec()).unwrap(), i64::from_be_bytes(start.try_into().unwrap()));
            counts.entry(minute).or_default().push(u64::from_be_bytes(record.value.unwrap().try_into().unwrap()));
        }
        counts
    }
    /// Waits for the last counts, then looks at all of them: each word of each minute was counted 1, 2, 3, …, by whomever.
    fn check(&self, by: &str, mut ended: impl FnMut() -> bool) {
        let since = Instant::now();
        let last =
            |counts: &BTreeMap<Minute, Vec<u64>>| counts.iter().map(|(k, n)| (k.clone(), n.len() as u64)).collect::<BTreeMap<_, _>>();
        while last(&self.counts()) != self.expected {
            assert!(!ended(), "{by} ended");
            assert!(since.elapsed() < PATIENCE, "{by}: {:?} of {:?}", last(&self.counts()), self.expected);
            thread::sleep(Duration::from_millis(300));
        }
        for (minute, counts) in self.counts() {
            assert!(counts.iter().copied().eq(1..=counts.len() as u64), "{by}: {minute:?} was counted {counts:?}");
        }
        println!("{by}: {} words of {} minutes and words are counted", self.expected.values().sum::<u64>(), self.expected.len());
    }
}

#[test]
fn kstreams_and_kafka_streams_take_over_from_each_other() {
    let Some(broker) = fresh_broker() else { return };
    let (client, disk) = (broker.client(), tempfile::tempdir().unwrap());
    client.create("lines", 3);
    client.create("counts", 3);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64;
    let mut fed = Fed { client, dice: Dice::new(4), time: now - 3_600_000, expected: BTreeMap::new() };
    let java = |fed: &mut Fed, folder: &Path| {
        fed.write();
        let mut java = WindowedWords::start(&broker.bootstrap(), folder)?;
        fed.check("Kafka Streams", || java.has_ended().unwrap());
        java.stop().unwrap();
        Some(())
    };
    if java(&mut fed, &disk.path().join("java-1")).is_none() {
        return;
    }
    fed.write();
    let config = Config::new().bootstrap_servers(broker.bootstrap()).state_dir(disk.path().join("rust")).exactly_once();
    let app = Running::start(App::new(windowed_words(), config));
    fed.check("kstreams", || app.has_ended());
    println!("{} changelog records of Kafka Streams were read back", app.restored());
    assert!(app.restored() > 0, "the changelog was not read");
    app.finish().unwrap();
    // A fresh disk, and the one that has seen the first part.
    java(&mut fed, &disk.path().join("java-2"));
    java(&mut fed, &disk.path().join("java-1"));
}
