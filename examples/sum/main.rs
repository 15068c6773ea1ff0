//! 4, 7, 4 as a stream against 4, 3, 5 as a table: `cargo run --example sum`.
use kstreams::{
    Headers,
    prelude::*,
    shell::embedded::{EmbeddedLog, create_topics},
};
use kstreams_examples::sum::sum;

#[tokio::main]
async fn main() -> kstreams::Result<()> {
    let topology = sum::topology();
    println!("{}", topology.describe());
    let log = EmbeddedLog::new();
    create_topics(&log, &topology.plan().declared_deployment())?;
    for (topic, values) in [("deposits", [4i64, 7, 4]), ("balances", [4, 3, 5])] {
        for value in values {
            log.produce(topic, Some(b"ann"), Some(&value.to_be_bytes()), 0, &Headers::new())?;
        }
    }
    App::new(topology, Config::new().embedded_log(log.clone()).exactly_once()).run_to_end().await?;
    println!("deposits 4, 7, 4 add up to {:?}", numbers(&log, "deposited")?);
    println!("balances 4, 3, 5 are held as {:?}", numbers(&log, "held")?);
    Ok(())
}
fn numbers(log: &EmbeddedLog, topic: &str) -> kstreams::Result<Vec<i64>> {
    let values = log.read(topic)?.into_iter().filter_map(|record| record.value);
    values.map(|value| Ok(i64::from_be_bytes(value.try_into().map_err(|_| "a sum has eight bytes")?))).collect()
}
