//! `cargo run --release --example order-analytics`: loads the data set into the embedded log, runs to its end, and prints the result, the topology
//! and what became of bad and late records. `--help` tells the rest.
mod args;
mod embedded;
#[cfg(feature = "kafka")]
mod kafka;
#[cfg(feature = "ops-http")]
mod live;
mod progress;
mod report;

use args::Args;
use clap::Parser;
use kstreams::{BadRecords, Config};
use kstreams_examples::order_analytics::{
    generator::{self, Recipe},
    input::{self, Line},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let level = tracing_subscriber::filter::LevelFilter::ERROR;
    tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr).init();
    match run(&args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
async fn run(args: &Args) -> kstreams::Result<()> {
    if let Some(folder) = &args.generate {
        return generate(folder, &Recipe { orders: args.orders, seed: args.seed, ..Recipe::default() });
    }
    #[cfg(feature = "ops-http")]
    if let (Some(port), None) = (args.ops, &args.brokers) {
        return live::run(args, port).await;
    }
    match &args.brokers {
        None => embedded::run(args).await,
        #[cfg(feature = "kafka")]
        Some(brokers) => kafka::run(args, brokers).await,
        #[cfg(not(feature = "kafka"))]
        Some(_) => Err("--brokers needs librdkafka: cargo run --release --features kafka --example order-analytics -- --brokers …".into()),
    }
}
fn generate(folder: &Path, recipe: &Recipe) -> kstreams::Result<()> {
    fs::create_dir_all(folder)?;
    let lines = generator::generate(recipe);
    for topic in input::TOPICS {
        let text: String = lines.iter().filter(|l| l.topic == topic).map(|l| generator::as_text(l) + "\n").collect();
        fs::write(folder.join(format!("{topic}.jsonl")), text)?;
    }
    println!("{} records in {}", lines.len(), folder.display());
    Ok(())
}

/// The input that the command line names.
fn lines(args: &Args) -> kstreams::Result<Vec<Line>> {
    let bundled = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/order-analytics/data"));
    Ok(input::read(&args.data.clone().unwrap_or_else(bundled))?)
}
/// What both worlds have in common.
fn config(args: &Args) -> kstreams::Result<Config> {
    let config = Config::new().threads(args.workers).bad_records(BadRecords::Skip);
    let config = if args.exactly_once { config.exactly_once() } else { config };
    let config = args.state_dir.iter().fold(config, |config, folder| config.state_dir(folder));
    Ok(config.overlay_env()?)
}
