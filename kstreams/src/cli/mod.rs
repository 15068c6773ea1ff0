//! A program's command line, in one line of its `main`: run it, print its documents, look at its topics, group and stores, reset it.
//!
//! Each command is a file; it answers with a [`Said`], which `main` prints as text or as JSON. Commands that change something print the same plan
//! with `--dry-run` and with `--execute`.
mod args;
#[cfg(feature = "kafka")]
mod brokers;
mod completions;
mod document;
mod group;
mod lock;
#[cfg(feature = "ops-http")]
mod operations;
mod orphans;
mod progress;
mod reset;
mod run;
mod said;
mod store;
mod topics;
#[cfg(feature = "embedded")]
mod without_brokers;
#[cfg(feature = "embedded")]
mod written;

use crate::{Config, Topology};
use args::{Args, Command};
use clap::{CommandFactory, FromArgMatches};
use said::{Failed, Said};
use std::{io::Write, process::ExitCode};

/// The command line of a program: put it into `main` and it has `run` (the default), `describe`, `doc`, `lock`, `topics`, `lag`, `owners`, `reset`,
/// `orphans`, `store` and `completions`; `--help` says what each does and what the exit codes mean. Without brokers `run` loads
/// `fixtures/TOPIC.jsonl` into the embedded log (feature `embedded`) and prints the results. The configuration is the environment's (`KSTREAMS_*`);
/// a program with settings of its own calls [`Cli::new`].
///
/// ```no_run
/// use kstreams::prelude::*;
///
/// #[topic(name = "words", key = String, value = u64, partitions = 3)]
/// struct Words;
/// #[topic(name = "long-words", key = String, value = u64, partitions = 3)]
/// struct Long;
/// #[topology(id = "long-words")]
/// fn long_words(words: StreamOf<Words>) {
///     words.filter(|length| *length > 9).to(Long);
/// }
///
/// fn main() -> std::process::ExitCode {
///     kstreams::cli([long_words::topology()])
/// }
/// ```
pub fn cli<Q>(topologies: impl IntoIterator<Item = Topology<Q>>) -> ExitCode {
    Cli::new(topologies).main()
}

/// A command line with settings of the program's own.
///
/// ```
/// # use kstreams::prelude::*;
/// # #[topic(name = "words", key = String, value = u64, partitions = 3)]
/// # struct Words;
/// # #[topic(name = "long-words", key = String, value = u64, partitions = 3)]
/// # struct Long;
/// # #[topology(id = "long-words")]
/// # fn long_words(words: StreamOf<Words>) {
/// #     words.filter(|length| *length > 9).to(Long);
/// # }
/// use kstreams::Cli;
///
/// # fn main() {
/// let answer = Cli::new([long_words::topology()]).config(Config::new().threads(2)).answer(["long-words", "describe"]);
/// assert!(answer.text.starts_with("Topologies:\n   Sub-topology: 0\n"));
/// assert_eq!(answer.code, 0);
/// # }
/// ```
pub struct Cli {
    topologies: Vec<Topology>,
    config: Config,
}
/// What a command line comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CliAnswer {
    /// For standard output, or for standard error if `code` is 1 or 2.
    pub text: String,
    /// The process's exit code: 0 done, 1 failed, 2 not understood, 3 looked and found differences, or partitions
    /// that gave no answer, 4 refused because the application runs.
    pub code: u8,
}

impl Cli {
    /// Of these topologies; the first is meant where `--topology` names none.
    pub fn new<Q>(topologies: impl IntoIterator<Item = Topology<Q>>) -> Cli {
        Cli { topologies: topologies.into_iter().map(Topology::without_stores).collect(), config: Config::new() }
    }
    /// Topologies whose functions return other store handles.
    pub fn and<Q>(mut self, topology: Topology<Q>) -> Cli {
        self.topologies.push(topology.without_stores());
        self
    }
    /// Settings of the program; the environment wins (`KSTREAMS_*`), and `--bootstrap-servers` over both.
    pub fn config(mut self, config: Config) -> Cli {
        self.config = config;
        self
    }
    /// Does what the process's arguments say.
    pub fn main(self) -> ExitCode {
        // Kept in the program, where `cargo kstreams` looks for it.
        std::hint::black_box(MARK);
        let CliAnswer { text, code } = self.answer(std::env::args_os());
        print(text.trim_end(), matches!(code, 1 | 2));
        ExitCode::from(code)
    }
    /// Does what these arguments say, the program's name first.
    pub fn answer<A: Into<std::ffi::OsString> + Clone>(self, arguments: impl IntoIterator<Item = A>) -> CliAnswer {
        let arguments: Vec<std::ffi::OsString> = arguments.into_iter().map(Into::into).collect();
        let program = arguments.first().map(std::path::Path::new).and_then(|path| path.file_stem()?.to_str()).unwrap_or("app").to_owned();
        let json = arguments.iter().any(|argument| argument == "--json");
        let parsed = Args::command().name(program.clone()).try_get_matches_from(arguments).and_then(|found| Args::from_arg_matches(&found));
        match parsed {
            Err(asked) => not_understood(&asked, json),
            Ok(args) => self.obey(&program, args).map_or_else(|failed| failed.answer(json), |said| said.answer(json)),
        }
    }
    fn obey(self, program: &str, args: Args) -> Result<Said, Failed> {
        let config = self.config.overlay_env().map_err(|e| Failed::usage(e.to_string()))?;
        let config = args.bootstrap_servers.into_iter().fold(config, |config, servers| config.bootstrap_servers(servers));
        let topology = chosen(self.topologies, args.topology.as_deref())?;
        match args.command.unwrap_or_default() {
            Command::Run(asked) => run::run(topology, config, &asked, args.json),
            Command::Describe => Ok(document::describe(&topology)),
            Command::Doc(options) => document::write(&topology, &config, &options),
            Command::Lock(options) => lock::lock(&topology, &options),
            Command::Topics(what) => topics::topics(&topology, &config, &what, args.json),
            Command::Lag => group::lag(&topology, &config),
            Command::Owners => group::owners(&topology, &config),
            Command::Reset(options) => reset::reset(&topology, &config, &options, args.json),
            Command::Orphans => orphans::orphans(&topology, &config),
            Command::Store(what) => store::store(&what),
            Command::Completions { shell } => Ok(completions::of(program, shell)),
        }
    }
}
/// What a program holds that has a [`Cli`]: no other is handed arguments by `cargo kstreams`.
#[doc(hidden)]
pub const MARK: &str = "kstreams::cli reads the arguments of this program";

/// The commands and what they do.
#[doc(hidden)]
pub fn commands() -> Vec<(String, String)> {
    let about = |command: &clap::Command| command.get_about().map(ToString::to_string).unwrap_or_default();
    Args::command().get_subcommands().map(|command| (command.get_name().to_owned(), about(command))).collect()
}

/// What `cargo kstreams` does itself where the program cannot be compiled before it is done.
#[doc(hidden)]
pub fn forgetting(arguments: &[std::ffi::OsString]) -> Option<lock::Forgetting> {
    let line = std::iter::once(std::ffi::OsString::from("app")).chain(arguments.iter().cloned());
    lock::Forgetting::asked(<Args as clap::Parser>::try_parse_from(line).ok()?)
}

/// Whoever closed the other end of a pipe has read enough.
fn print(text: &str, is_error: bool) {
    let _ = match (text, is_error) {
        ("", _) => Ok(()),
        (_, true) => writeln!(std::io::stderr(), "{text}"),
        (_, false) => writeln!(std::io::stdout(), "{text}"),
    };
}
/// Help is an answer, too.
fn not_understood(asked: &clap::Error, json: bool) -> CliAnswer {
    match asked.exit_code() {
        0 => CliAnswer { text: asked.to_string(), code: 0 },
        _ => Failed::usage(asked.to_string().trim_end()).answer(json),
    }
}
fn chosen(topologies: Vec<Topology>, id: Option<&str>) -> Result<Topology, Failed> {
    let known = topologies.iter().map(Topology::id).collect::<Vec<_>>().join(", ");
    let mut wanted = topologies.into_iter().filter(|topology| id.is_none_or(|id| topology.id() == id));
    wanted.next().ok_or_else(|| Failed::usage(format!("there is no topology {}; there are: {known}", id.unwrap_or("at all"))))
}

#[cfg(test)]
mod tests;
