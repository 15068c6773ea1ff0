//! Prints each second how often each word was typed in it; ends with Ctrl-C: `cargo run --example word-count-processor`.
use kstreams::{
    Headers,
    prelude::*,
    shell::embedded::{EmbeddedLog, create_topics},
};
use kstreams_examples::{shutdown, word_count_processor::word_count};
use std::{io::BufRead, thread, time::Duration};

#[tokio::main]
async fn main() -> kstreams::Result<()> {
    let topology = word_count::topology();
    println!("{}\nType words; Ctrl-C ends.", topology.describe());
    let log = EmbeddedLog::new();
    create_topics(&log, &topology.plan().declared_deployment())?;
    let (input, output) = (log.clone(), log.clone());
    thread::spawn(move || feed(&input));
    thread::spawn(move || print(&output));
    App::new(topology, Config::new().embedded_log(log).overlay_env()?).run_until(shutdown::asked()).await?;
    Ok(())
}
fn feed(log: &EmbeddedLog) -> kstreams::Result<()> {
    for line in std::io::stdin().lock().lines() {
        log.produce("lines", None, Some(line?.as_bytes()), 0, &Headers::new())?;
    }
    Ok(())
}
fn print(log: &EmbeddedLog) -> kstreams::Result<()> {
    let mut positions = vec![];
    loop {
        let version = log.version();
        for record in log.read_new("word-counts", &mut positions)? {
            let (Some(word), Some(count)) = (record.key, record.value) else { continue };
            let count: [u8; 8] = count.try_into().map_err(|_| "a count has eight bytes")?;
            println!("{:>5}  {}", u64::from_be_bytes(count), String::from_utf8_lossy(&word));
        }
        log.wait(version, Duration::from_secs(1));
    }
}
