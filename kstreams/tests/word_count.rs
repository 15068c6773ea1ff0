//! The smallest whole pipeline on the test driver.
use kstreams::prelude::*;

#[topic(name = "lines", key = Unkeyed, value = String, partitions = 3)]
pub struct Lines;
#[topic(name = "word-counts", key = String, value = u64, partitions = 3)]
pub struct WordCounts;

#[topology(id = "word-count")]
pub fn word_count(lines: StreamOf<Lines>) {
    lines
        .flat_map_values(|line| line.split(' ').map(str::to_owned).collect::<Vec<_>>())
        .repartition::<Space<String, 3>>("words", |word| word.clone())
        .count("counts")
        .to(WordCounts);
}

fn rows(t: &TestDriver) -> Vec<(String, u64)> {
    t.output(WordCounts).table().into_iter().collect()
}

#[test]
fn counts_words() {
    let mut t = TestDriver::new(word_count::topology());
    t.input(Lines).send(Unkeyed, "a b a".to_owned());
    t.input(Lines).send(Unkeyed, "b a".to_owned());
    assert_eq!(rows(&t), [("a".to_owned(), 3), ("b".to_owned(), 2)]);
    t.crash();
    t.input(Lines).send(Unkeyed, "a".to_owned());
    assert_eq!(rows(&t), [("a".to_owned(), 4), ("b".to_owned(), 2)]);
}
