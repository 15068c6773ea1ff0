//! What can be said on the command line.
use clap::{Parser, Subcommand};
use std::path::PathBuf;

const EXIT_CODES: &str = "Exit codes: 0 done; 1 failed; 2 not understood; 3 looked and found differences (lock --check, topics verify, orphans), \
or partitions that gave no answer (store); 4 refused because the application runs (reset). Settings are read from KSTREAMS_* variables.";

/// A Kafka Streams application.
#[derive(Debug, Parser)]
#[command(after_help = EXIT_CODES, disable_help_subcommand = true)]
pub(super) struct Args {
    /// Answer in JSON
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Which topology, if the program has several; default: the first
    #[arg(long, global = true, value_name = "ID")]
    pub(super) topology: Option<String>,
    /// Kafka brokers; default: KSTREAMS_BOOTSTRAP_SERVERS, then the program's own setting
    #[arg(long, global = true, value_name = "HOST:PORT")]
    pub(super) bootstrap_servers: Option<String>,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run until Ctrl-C or SIGTERM (the default)
    Run(Run),
    /// Print Kafka's description of the topology
    Describe,
    /// Write the topology's documents
    Doc(Doc),
    /// Write the lock file that guards names of topics and stores, or compare with it
    Lock(Lock),
    /// Look at the topics on the brokers
    #[command(subcommand)]
    Topics(Topics),
    /// How far the group is behind, partition by partition: in offsets, of which the end of a transaction takes one, too
    Lag,
    /// Which member of the group has which task, on which host, and what it has committed
    Owners,
    /// Begin anew: input offsets, internal topics and local state, as Kafka Streams' reset tool
    Reset(Reset),
    /// Internal topics and state folders that the topology does not own any more
    Orphans,
    /// Read a store of a running instance, over its operations endpoint
    #[command(subcommand)]
    Store(Store),
    /// Print completions for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}
impl Default for Command {
    fn default() -> Self {
        Command::Run(Run::default())
    }
}
#[derive(Debug, Default, clap::Args)]
pub(super) struct Run {
    /// Without brokers: load DIR/TOPIC.jsonl into the embedded log, run to its end and print the results; default: fixtures, if it is there
    #[cfg(feature = "embedded")]
    #[arg(long, value_name = "DIR")]
    pub(super) fixtures: Option<PathBuf>,
    /// Serve health, metrics and the live page there, 8080 or 0.0.0.0:8080; a port alone is one of the loopback interface. KSTREAMS_OPS_TOKEN, if
    /// it is set, is the bearer token that all but health asks for
    #[cfg(feature = "ops-http")]
    #[arg(long, value_name = "[ADDRESS:]PORT", value_parser = super::operations::address)]
    pub(super) ops: Option<std::net::SocketAddr>,
}
#[derive(Debug, clap::Args)]
pub(super) struct Doc {
    /// Formats, separated by commas; default: all
    #[arg(long, value_name = "FORMAT", value_delimiter = ',')]
    pub(super) format: Vec<String>,
    /// The folder to write to; without it the document is printed
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
}
#[derive(Debug, clap::Args)]
pub(super) struct Lock {
    /// Compare only; exit code 3 if something differs
    #[arg(long, conflicts_with = "forget")]
    pub(super) check: bool,
    /// Drop a topic or store from the lock on purpose: its topic is left over
    #[arg(long, value_name = "NAME")]
    pub(super) forget: Option<String>,
    /// Say what --forget would leave over, and write nothing
    #[arg(long, requires = "forget")]
    pub(super) dry_run: bool,
    /// The lock file; default: <id>.lock
    #[arg(long, value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
}
#[derive(Debug, Subcommand)]
pub(super) enum Topics {
    /// What exists, what would be created, what does not fit
    Plan,
    /// Create what is missing
    Create {
        /// Print what would be created
        #[arg(long)]
        dry_run: bool,
        /// The user's topics too
        #[arg(long)]
        all: bool,
    },
    /// Compare counts, configurations and, by sampling records, where keys lie; exit code 3 if something differs
    Verify {
        /// Records looked at per partition
        #[arg(long, value_name = "N", default_value_t = 100)]
        sample: usize,
    },
}
#[derive(Debug, Clone, clap::Args)]
#[command(group = clap::ArgGroup::new("how").required(true).args(["dry_run", "execute"]))]
#[command(group = clap::ArgGroup::new("where").args(["to_earliest", "to_latest", "to_datetime", "by_duration", "to_offset", "shift_by"]))]
pub(super) struct Reset {
    /// Print the plan and do nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Print the plan and do it
    #[arg(long)]
    pub(super) execute: bool,
    /// Input from the first record there is (the default)
    #[arg(long)]
    pub(super) to_earliest: bool,
    /// Input from what comes next
    #[arg(long)]
    pub(super) to_latest: bool,
    /// Input from this time on, 2026-01-31T12:00:00Z
    #[arg(long, value_name = "TIME")]
    pub(super) to_datetime: Option<String>,
    /// Input from so long ago, PT2H
    #[arg(long, value_name = "DURATION")]
    pub(super) by_duration: Option<String>,
    /// Input from this offset of every partition
    #[arg(long, value_name = "N")]
    pub(super) to_offset: Option<i64>,
    /// Input so many records further, or back if negative
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(super) shift_by: Option<i64>,
}
#[derive(Debug, Subcommand)]
pub(super) enum Store {
    /// The row of a key (of a windowed store: all its windows)
    Get {
        /// The store
        name: String,
        /// The key
        key: String,
        #[command(flatten)]
        at: At,
    },
    /// Rows by their keys
    Range {
        /// The store
        name: String,
        /// First key
        #[arg(long, value_name = "KEY")]
        from: Option<String>,
        /// First key behind
        #[arg(long, value_name = "KEY")]
        to: Option<String>,
        /// Keys that begin so
        #[arg(long, value_name = "KEY", conflicts_with_all = ["from", "to"])]
        prefix: Option<String>,
        #[command(flatten)]
        at: At,
    },
    /// Windows or sessions of a key
    Windows {
        /// The store
        name: String,
        /// The key
        key: String,
        /// Windows that begin then or later, sessions that last till then: 2026-01-31T12:00:00Z, or epoch milliseconds
        #[arg(long, value_name = "TIME", value_parser = millis)]
        from: Option<i64>,
        /// Windows and sessions that begin then at the latest
        #[arg(long, value_name = "TIME", value_parser = millis)]
        to: Option<i64>,
        #[command(flatten)]
        at: At,
    },
}
#[derive(Debug, clap::Args)]
pub(super) struct At {
    /// Where the instance serves its operations; who else has partitions of the store is asked, too
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub(super) url: String,
    /// How keys are written, if their type's name does not say it
    #[arg(long = "as", value_name = "HOW", value_parser = ["utf8", "u64", "i64", "u32", "i32", "hex"])]
    pub(super) written: Option<String>,
    /// Rows at most, up to 1000
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(super) limit: u32,
    /// Sends the token of KSTREAMS_OPS_TOKEN also to the endpoints that members of the group name, not only to --url
    #[arg(long)]
    pub(super) token_for_others: bool,
}
/// A time as people write it, or epoch milliseconds.
fn millis(text: &str) -> Result<i64, String> {
    let written = || text.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_millisecond);
    text.parse().or_else(|_| written()).map_err(|e| format!("no time, as 2026-01-31T12:00:00Z, and no epoch milliseconds: {e}"))
}
