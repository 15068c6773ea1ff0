//! The command line.
use clap::Parser;
use std::path::PathBuf;

/// How many customers, per hour, bought something made where they live. Without `--brokers`: on the embedded log, to the end of the input.
#[derive(Debug, Parser)]
#[command(name = "order-analytics")]
pub(crate) struct Args {
    /// A folder with orders.jsonl, users.jsonl and items.jsonl; default: the data set that comes with the example
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Print one JSON object a line: each hour, then a summary
    #[arg(long)]
    pub(crate) json: bool,
    /// Input, state and output in one transaction
    #[arg(long)]
    pub(crate) exactly_once: bool,
    /// Worker threads
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) workers: u32,
    /// Where state is kept; default: in memory, with --brokers in ./kstreams-state
    #[arg(long, value_name = "DIR")]
    pub(crate) state_dir: Option<PathBuf>,
    /// Run on Kafka brokers instead of the embedded log
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) brokers: Option<String>,
    /// Create the topics that do not exist, keeping records for ever
    #[arg(long, requires = "brokers")]
    pub(crate) create_topics: bool,
    /// Write the input to the topics first
    #[arg(long, requires = "brokers")]
    pub(crate) load: bool,
    /// Stop when everything that is in the topics is processed, and print the result; otherwise it runs until Ctrl-C
    #[arg(long, requires = "brokers")]
    pub(crate) until_end: bool,
    /// Serve health, metrics and the live page at this port of the loopback interface, and place new orders until Ctrl-C
    #[cfg(feature = "ops-http")]
    #[arg(long, value_name = "PORT", conflicts_with = "until_end")]
    pub(crate) ops: Option<u16>,
    /// New orders a second, with --ops; 0: none
    #[cfg(feature = "ops-http")]
    #[arg(long, value_name = "N", default_value_t = 500, requires = "ops")]
    pub(crate) rate: usize,
    /// Write a data set to this folder instead of running
    #[arg(long, value_name = "DIR", conflicts_with = "brokers")]
    pub(crate) generate: Option<PathBuf>,
    /// Orders of that data set
    #[arg(long, value_name = "N", default_value_t = 2_500, requires = "generate")]
    pub(crate) orders: usize,
    /// Its seed
    #[arg(long, value_name = "N", default_value_t = 7, requires = "generate")]
    pub(crate) seed: u64,
}
