//! The program: `cargo run` runs the topology, `cargo run -- --help` says what else it does.
use {{crate}}::spending;

fn main() -> std::process::ExitCode {
    kstreams::cli([spending::topology()])
}
