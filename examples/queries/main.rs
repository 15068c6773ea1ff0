//! `cargo run --features queries --example queries`: two instances of a word count on one embedded log; each answers for every word, for those of the
//! other one by asking it: `curl localhost:8081/count/wine`, `curl localhost:8082/count/wine`.
//! On Kafka an instance is a process: `--features queries,kafka --example queries -- --brokers HOST:PORT --port 8081`, and another with port 8082.
use clap::Parser;
use kstreams::{
    Config, Headers,
    shell::embedded::{EmbeddedLog, create_topics},
};
use kstreams_examples::{
    queries::{instance, word_service},
    shutdown,
};
use tokio::net::TcpListener;

const WORDS: [&str; 8] = ["wine", "cider", "cheese", "bread", "vase", "lamp", "scarf", "hat"];

/// Counts words, and says over HTTP how often each came.
#[derive(Debug, Parser)]
struct Args {
    /// Kafka brokers, with a topic `words`; default: two instances on an embedded log
    #[arg(long, value_name = "HOST:PORT")]
    brokers: Option<String>,
    /// Where the instance is asked; of the two on the embedded log the second has the next one
    #[arg(long, default_value_t = 8081)]
    port: u16,
}

#[tokio::main]
async fn main() -> kstreams::Result<()> {
    let args = Args::parse();
    match &args.brokers {
        Some(brokers) => served(on_kafka(brokers, args.port)?, args.port).await,
        None => {
            let log = words()?;
            let config = |name: &str| Config::new().embedded_log(log.clone()).exactly_once().instance(name);
            tokio::try_join!(served(config("a"), args.port), served(config("b"), args.port + 1)).map(drop)
        }
    }
}
async fn served(config: Config, port: u16) -> kstreams::Result<()> {
    println!("http://127.0.0.1:{port}/count/{}", WORDS[0]);
    let asked = async { shutdown::asked().await.unwrap_or_else(|error| eprintln!("no signal can be waited for: {error}")) };
    instance(config, TcpListener::bind(("127.0.0.1", port)).await?, asked).await
}
fn words() -> kstreams::Result<EmbeddedLog> {
    let log = EmbeddedLog::new();
    create_topics(&log, &word_service::topology().plan().declared_deployment())?;
    for (i, word) in WORDS.iter().cycle().take(1_000).enumerate() {
        log.produce("words", Some(word.as_bytes()), Some(b""), i as i64, &Headers::new())?;
    }
    Ok(log)
}
/// Each instance has a name and a folder of its own.
#[cfg(feature = "kafka")]
fn on_kafka(brokers: &str, port: u16) -> kstreams::Result<Config> {
    let config = Config::new().bootstrap_servers(brokers).instance(port.to_string()).state_dir(format!("kstreams-state/{port}"));
    Ok(config.exactly_once().overlay_env()?)
}
#[cfg(not(feature = "kafka"))]
fn on_kafka(_: &str, _: u16) -> kstreams::Result<Config> {
    Err("--brokers needs librdkafka: cargo run --features queries,kafka --example queries -- --brokers …".into())
}
