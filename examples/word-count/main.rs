//! Counts the words that are typed, or piped in, line by line: `cargo run --example word-count < README.md`.
use kstreams::{
    Headers,
    prelude::*,
    shell::embedded::{EmbeddedLog, create_topics},
};
use kstreams_examples::word_count::word_count;
use std::{collections::BTreeMap, io::BufRead};

#[tokio::main]
async fn main() -> kstreams::Result<()> {
    let topology = word_count::topology();
    println!("{}", topology.describe());
    let log = EmbeddedLog::new();
    create_topics(&log, &topology.plan().declared_deployment())?;
    for line in std::io::stdin().lock().lines() {
        log.produce("lines", None, Some(line?.as_bytes()), 0, &Headers::new())?;
    }
    let config = Config::new().embedded_log(log.clone()).exactly_once().overlay_env()?;
    let closed = App::new(topology, config).run_to_end().await?;
    println!("{} records in {} commits\n", closed.records, closed.commits);
    print(&log)
}

/// The most frequent words.
fn print(log: &EmbeddedLog) -> kstreams::Result<()> {
    let mut counts = BTreeMap::new();
    for record in log.read("word-counts")? {
        let (Some(word), Some(count)) = (record.key, record.value) else { continue };
        let count: [u8; 8] = count.try_into().map_err(|_| "a count has eight bytes")?;
        counts.insert(String::from_utf8(word)?, u64::from_be_bytes(count));
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(word, count)| (std::cmp::Reverse(*count), word.clone()));
    counts.iter().take(20).for_each(|(word, count)| println!("{count:>7}  {word}"));
    Ok(())
}
