//! `completions`: a script that a shell sources.
use super::{args::Args, said::Said};
use clap::CommandFactory;
use serde_json::json;

pub(super) fn of(program: &str, shell: clap_complete::Shell) -> Said {
    let mut script = vec![];
    clap_complete::generate(shell, &mut Args::command(), program, &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    let json = json!({ "shell": shell.to_string(), "script": script });
    Said::new(script, json)
}
