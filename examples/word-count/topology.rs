//! How often each word occurs.
use kstreams::prelude::*;

/// Lines of text.
#[topic(name = "lines", key = Unkeyed, value = String, partitions = 3)]
pub struct Lines;
/// How often each word occurred so far.
#[topic(name = "word-counts", key = String, value = u64, partitions = 3)]
pub struct WordCounts;

/// Words of a line, in lower case.
#[operator]
pub fn words(line: String) -> Vec<String> {
    line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// Counts the words of all lines.
#[topology(id = "word-count", drawing = "word-count/word-count.svg")]
pub fn word_count(lines: StreamOf<Lines>) {
    lines.flat_map_values(words).repartition::<Space<String, 3>>("words", |word| word.clone()).count("counts").to(WordCounts);
}

#[cfg(test)]
mod tests {
    use super::*;
    use kstreams::shell::embedded::{EmbeddedLog, create_topics};
    use std::collections::BTreeMap;

    const LINES: [&str; 3] = ["All streams lead to Kafka", "Hello, Kafka streams!", "Join Kafka"];
    fn expected() -> BTreeMap<String, u64> {
        let words = [("all", 1), ("hello", 1), ("join", 1), ("kafka", 3), ("lead", 1), ("streams", 2), ("to", 1)];
        words.map(|(word, count)| (word.to_owned(), count)).into()
    }

    #[test]
    fn words_are_counted_on_the_test_driver() {
        let mut t = TestDriver::new(word_count::topology());
        for line in LINES {
            t.input(Lines).send(Unkeyed, line.to_owned());
        }
        assert_eq!(t.output(WordCounts).table().into_iter().collect::<BTreeMap<_, _>>(), expected());
    }

    #[test]
    fn words_are_counted_on_the_embedded_log() {
        let log = EmbeddedLog::new();
        create_topics(&log, &word_count::topology().plan().declared_deployment()).unwrap();
        LINES.iter().for_each(|line| _ = log.produce("lines", None, Some(line.as_bytes()), 0, &Headers::new()).unwrap());
        let app = App::new(word_count::topology(), Config::new().embedded_log(log.clone()).exactly_once().threads(2));
        tokio::runtime::Runtime::new().unwrap().block_on(app.run_to_end()).unwrap();
        let counts = log.read("word-counts").unwrap().into_iter().map(|r| {
            let count = u64::from_be_bytes(r.value.unwrap().try_into().unwrap());
            (String::from_utf8(r.key.unwrap()).unwrap(), count)
        });
        assert_eq!(counts.collect::<BTreeMap<_, _>>(), expected());
    }
}
