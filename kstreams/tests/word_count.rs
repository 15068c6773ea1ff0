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

#[test]
fn counts_words() {
    let mut t = TestDriver::new(word_count::topology());
    println!("{}", word_count::topology().describe());
    t.input(Lines).send(Unkeyed, "a b a".to_owned());
    t.input(Lines).send(Unkeyed, "b a".to_owned());
    let table = t.output(WordCounts).table();
    println!("{table:?}");
    t.crash();
    t.input(Lines).send(Unkeyed, "a".to_owned());
    println!("{:?}", t.output(WordCounts).records());
}
