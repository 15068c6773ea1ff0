//! How often each word came in the last second: a processor that counts in a store, and emits and clears it by the clock.
use kstreams::prelude::*;

/// Lines of text.
#[topic(name = "lines", key = Unkeyed, value = String, partitions = 3)]
pub struct Lines;
/// How often each word came in a second.
#[topic(name = "word-counts", key = String, value = u64, partitions = 3)]
pub struct WordCounts;

/// Counts until its timer fires.
#[operator]
pub struct WordCount;
impl Processor for WordCount {
    type Key = String;
    type In = String;
    type Stores = KvStore<String, u64>;
    type Out = EmitInPlace<String, u64>;

    fn start(&mut self, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        cx.every_wall_clock(seconds(1), Self::flush);
        Ok(())
    }
    fn process(&mut self, word: Message<String, String>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        let count = cx.stores.get(&word.key)?.unwrap_or(0);
        cx.stores.put(&word.key, count + 1)
    }
}
impl WordCount {
    fn flush(&mut self, _at: Timestamp, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        for entry in cx.stores.all()? {
            let (word, count) = entry?;
            cx.out.emit(&word, count)?;
        }
        cx.stores.clear()
    }
}

/// How often each word came in the last second.
#[topology(id = "word-count-processor", drawing = "word-count-processor/word-count-processor.svg")]
pub fn word_count(lines: StreamOf<Lines>) {
    lines
        .flat_map_values(|line| line.split(' ').map(str::to_owned).collect::<Vec<_>>())
        .repartition::<Space<String, 3>>("words", |word| word.clone())
        .process(kv("counts"), || WordCount)
        .to(WordCounts);
}

#[cfg(test)]
mod tests {
    use super::*;
    use kstreams::shell::embedded::{EmbeddedLog, create_topics};
    use std::{collections::BTreeMap, time::Duration};

    fn send(t: &mut TestDriver, line: &str) {
        t.input(Lines).send(Unkeyed, line.to_owned());
    }
    fn came(t: &mut TestDriver) -> Vec<(String, u64)> {
        t.take_output(WordCounts).records().into_iter().map(|r| (r.key, r.value)).collect()
    }

    #[test]
    fn each_second_has_counts_of_its_own() {
        let mut t = TestDriver::new(word_count::topology());
        send(&mut t, "a b a");
        assert_eq!(came(&mut t), []);
        t.advance_wall_clock(Duration::from_secs(1));
        let mut first = came(&mut t);
        first.sort();
        assert_eq!(first, [("a".to_owned(), 2), ("b".to_owned(), 1)]);
        send(&mut t, "a");
        t.advance_wall_clock(Duration::from_secs(1));
        assert_eq!(came(&mut t), [("a".to_owned(), 1)]);
        t.advance_wall_clock(Duration::from_secs(1));
        assert_eq!(came(&mut t), []);
    }

    /// Seconds pass while it runs, so words may come in several parts; together they are all there.
    #[tokio::test]
    async fn seconds_pass_on_the_embedded_log() {
        let log = EmbeddedLog::new();
        create_topics(&log, &word_count::topology().plan().declared_deployment()).unwrap();
        log.produce("lines", None, Some(b"a b a"), 0, &Headers::new()).unwrap();
        let all_came = {
            let log = log.clone();
            async move {
                while sums(&log).values().sum::<u64>() < 3 {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        };
        let config = Config::new().embedded_log(log.clone()).exactly_once();
        App::new(word_count::topology(), config).run_until(all_came).await.unwrap();
        assert_eq!(sums(&log), BTreeMap::from([("a".to_owned(), 2), ("b".to_owned(), 1)]));
    }
    fn sums(log: &EmbeddedLog) -> BTreeMap<String, u64> {
        let mut sums = BTreeMap::new();
        for record in log.read("word-counts").unwrap() {
            let count = u64::from_be_bytes(record.value.unwrap().try_into().unwrap());
            *sums.entry(String::from_utf8(record.key.unwrap()).unwrap()).or_default() += count;
        }
        sums
    }
}
