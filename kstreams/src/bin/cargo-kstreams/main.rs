//! `cargo kstreams`: makes a project, and hands every other command to the program of the package that one stands in.
#![deny(missing_docs)]
#![deny(unsafe_code)]
mod args;
mod checkout;
mod forward;
mod name;
mod package;
mod project;
mod template;

use args::Asked;
use std::{ffi::OsString, process::ExitCode};

fn main() -> ExitCode {
    let mut arguments: Vec<OsString> = std::env::args_os().collect();
    // Cargo says which command of its own this is.
    if arguments.get(1).is_some_and(|first| first == "kstreams") {
        arguments.remove(1);
    }
    if arguments.get(1).is_some_and(|first| first == forward::HANDED) {
        return said(forward::hand(&arguments[2..]));
    }
    match args::parse(arguments) {
        Asked::New(asked) => said(project::new(&asked).map(|text| {
            println!("{text}");
            ExitCode::SUCCESS
        })),
        Asked::Program { cargo, arguments } => said(forward::run(&cargo, &arguments)),
    }
}
fn said(outcome: Result<ExitCode, String>) -> ExitCode {
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}
