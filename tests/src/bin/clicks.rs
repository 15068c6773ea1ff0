//! A program with a command line and two topologies, as users write it.
use kstreams_tests::clicks;

fn main() -> std::process::ExitCode {
    kstreams::Cli::new([clicks::clicks::topology()]).and(clicks::devices::topology()).main()
}
