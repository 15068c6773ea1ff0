//! What can be said to `cargo kstreams`: `new` with options of its own, and the commands of `kstreams::cli`, whose options are the program's business.
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, builder::OsStringValueParser};
use std::{ffi::OsString, path::PathBuf};

const AFTER: &str = "\
`new` makes a project. Every other command is handed, with all that follows it, to the program of the package in the current folder, \
as `cargo run --quiet [OPTIONS] -- COMMAND ..`; that program calls `kstreams::cli` in its main. `cargo kstreams COMMAND --help` asks it for its options.

Exit codes: the program's (0 done; 1 failed; 2 not understood; 3 looked and found differences; 4 refused because the application runs); \
101 if Cargo cannot build it.";

/// What was asked for.
pub(super) enum Asked {
    /// A project.
    New(New),
    /// Something that the program answers: Cargo's options, and the program's arguments.
    Program { cargo: Which, arguments: Vec<OsString> },
}

/// Make a project that compiles, runs without brokers and has a test
#[derive(Debug, Args)]
pub(super) struct New {
    /// Name of the package, its folder and its application id: letters, digits, - and _
    pub(super) name: String,
    /// Depend on the checkout of kstreams in this folder
    #[arg(long, value_name = "DIR")]
    pub(super) path: Option<PathBuf>,
    /// Depend on the released version, even if this cargo-kstreams was built from a checkout that is still there
    #[arg(long, conflicts_with = "path")]
    pub(super) released: bool,
}

/// Which program is meant, and how it is built: as `cargo run` has it.
#[derive(Debug, Default, Args)]
pub(super) struct Which {
    /// Package that has the program
    #[arg(short, long, value_name = "SPEC")]
    pub(super) package: Option<String>,
    /// Program, if the package has several
    #[arg(long, value_name = "NAME")]
    bin: Option<String>,
    /// Example that is meant instead of a program
    #[arg(long, value_name = "NAME")]
    pub(super) example: Option<String>,
    /// Features to build with
    #[arg(short = 'F', long, value_name = "FEATURES")]
    features: Vec<String>,
    /// Build with all features
    #[arg(long)]
    all_features: bool,
    /// Build without the default features
    #[arg(long)]
    no_default_features: bool,
    /// Build with the release profile
    #[arg(short, long)]
    release: bool,
    /// Build with this profile
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Cargo.toml of the package
    #[arg(long, value_name = "PATH")]
    pub(super) manifest_path: Option<PathBuf>,
    /// Take Cargo.lock as it is
    #[arg(long)]
    locked: bool,
    /// Do not ask the network
    #[arg(long)]
    offline: bool,
}
impl Which {
    /// As `cargo run` takes them.
    pub(super) fn options(&self) -> Vec<OsString> {
        let texts = [("--package", &self.package), ("--bin", &self.bin), ("--example", &self.example), ("--profile", &self.profile)];
        let texts = texts.into_iter().filter_map(|(name, value)| Some((name, OsString::from(value.as_ref()?))));
        let features = self.features.iter().map(|features| ("--features", OsString::from(features)));
        let manifest = self.manifest_path.iter().map(|path| ("--manifest-path", OsString::from(path)));
        let valued = texts.chain(features).chain(manifest).flat_map(|(name, value)| [OsString::from(name), value]);
        valued.chain(self.flags().map(OsString::from)).collect()
    }
    fn flags(&self) -> impl Iterator<Item = &'static str> {
        let flags = [
            (self.all_features, "--all-features"),
            (self.no_default_features, "--no-default-features"),
            (self.release, "--release"),
            (self.locked, "--locked"),
            (self.offline, "--offline"),
        ];
        flags.into_iter().filter_map(|(set, flag)| set.then_some(flag))
    }
}

/// Ends the process where the answer is help or an error.
pub(super) fn parse(arguments: Vec<OsString>) -> Asked {
    read(&command().get_matches_from(arguments)).unwrap_or_else(|error| error.exit())
}
fn read(matches: &ArgMatches) -> Result<Asked, clap::Error> {
    match matches.subcommand() {
        Some(("new", asked)) => Ok(Asked::New(New::from_arg_matches(asked)?)),
        Some((name, asked)) => {
            let more = asked.get_many::<OsString>("arguments").into_iter().flatten().cloned();
            Ok(Asked::Program { cargo: Which::from_arg_matches(matches)?, arguments: std::iter::once(name.into()).chain(more).collect() })
        }
        None => Err(command().error(clap::error::ErrorKind::MissingSubcommand, "a command is missing")),
    }
}
fn command() -> Command {
    let command = Which::augment_args(Command::new("cargo kstreams").bin_name("cargo kstreams").version(env!("CARGO_PKG_VERSION")));
    let command = command.about("Projects of kstreams, Kafka Streams for Rust").after_help(AFTER);
    let command = command.disable_help_subcommand(true).subcommand_required(true).arg_required_else_help(true);
    let handed = kstreams::__private::commands().into_iter().map(|(name, about)| handed(name, about));
    command.subcommand(New::augment_args(Command::new("new"))).subcommands(handed)
}
/// A command that is not looked into.
fn handed(name: String, about: String) -> Command {
    let rest =
        Arg::new("arguments").num_args(0..).trailing_var_arg(true).allow_hyphen_values(true).value_parser(OsStringValueParser::new());
    Command::new(name).about(about).disable_help_flag(true).arg(rest.hide(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str) -> Result<Asked, clap::Error> {
        read(&command().try_get_matches_from(line.split(' '))?)
    }

    #[test]
    fn what_follows_a_command_is_the_programs() {
        let Ok(Asked::Program { cargo, arguments }) = asked("cargo-kstreams -p shop --features kafka,ops-http -r lock --forget old --json")
        else {
            panic!("not understood")
        };
        assert_eq!(arguments, ["lock", "--forget", "old", "--json"]);
        assert_eq!(cargo.options(), ["--package", "shop", "--features", "kafka,ops-http", "--release"]);
    }
    #[test]
    fn help_of_a_command_is_the_programs_too() {
        let Ok(Asked::Program { arguments, .. }) = asked("cargo-kstreams lock --help") else { panic!("not understood") };
        assert_eq!(arguments, ["lock", "--help"]);
        let Ok(Asked::Program { arguments, .. }) = asked("cargo-kstreams topics create -- --all") else { panic!("not understood") };
        assert_eq!(arguments, ["topics", "create", "--", "--all"]);
    }
    #[test]
    fn help_lists_all_commands() {
        let help = command().render_help().to_string();
        let all = ["new", "run", "describe", "doc", "lock", "topics", "lag", "owners", "reset", "orphans", "store", "completions"];
        all.iter().for_each(|name| assert!(help.contains(&format!("\n  {name} ")), "{name}: {help}"));
        assert!(asked("cargo-kstreams frobnicate").is_err());
    }
}
