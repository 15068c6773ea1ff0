//! Word count, as a topology and as a plain fold.
use crate::dice::Dice;
use kstreams::prelude::*;
use std::collections::BTreeMap;

#[topic(name = "lines", key = Unkeyed, value = String, partitions = 3)]
pub struct Lines;
#[topic(name = "word-counts", key = String, value = u64, partitions = 3)]
pub struct WordCounts;

/// Counts the words of lines; each update is written out. By application id, so that several can use one broker.
pub fn topology(id: &str) -> Topology {
    counted(id).0.build(())
}
/// The same for those who ask for counts.
pub fn read(id: &str) -> Topology<StoreOf<String, u64>> {
    let (b, counts) = counted(id);
    b.build(counts)
}
fn counted(id: &str) -> (Builder, StoreOf<String, u64>) {
    let b = Topology::builder(id);
    let words = b.stream(Lines).flat_map_values(|line| line.split(' ').map(str::to_owned).collect::<Vec<_>>());
    let counts = words.repartition::<Space<String, 3>>("words", |word| word.clone()).count("counts");
    let store = counts.store();
    counts.to(WordCounts);
    (b, store)
}

const VOCABULARY: usize = 300;
/// A line of one to eight words; small numbers are more frequent words.
pub fn line(dice: &mut Dice) -> String {
    let words = 1 + dice.below(8);
    let word = |dice: &mut Dice| {
        let most = 1 + dice.below(VOCABULARY);
        format!("word-{}", dice.below(most))
    };
    (0..words).map(|_| word(dice)).collect::<Vec<_>>().join(" ")
}
/// How often each word occurs.
pub fn count<'a>(lines: impl IntoIterator<Item = &'a str>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for word in lines.into_iter().flat_map(|line| line.split(' ')) {
        *counts.entry(word.to_owned()).or_default() += 1;
    }
    counts
}
