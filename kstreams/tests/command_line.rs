//! `run --ops` of a program's command line: where operations are served, and whom they ask for a token.
#![cfg(all(feature = "macros", feature = "embedded", feature = "ops-http", feature = "cli"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]
mod addresses;

use kstreams::{Cli, prelude::*};
use std::{
    env,
    io::Read,
    net::IpAddr,
    process::{Child, Command, Output, Stdio, exit},
    thread,
    time::Duration,
};

#[topic(name = "clicks", key = String, value = u64, partitions = 1)]
struct Clicks;
#[topology(id = "clicks")]
fn clicks(clicks: StreamOf<Clicks>) -> StoreOf<String, u64> {
    clicks.count("per-user").store()
}

/// Arguments of the program below; the process's own are the test harness's.
const LINE: &str = "COMMAND_LINE_OF_A_TEST";
/// An environment is a process's, so the program is one: this file, started with this test alone.
#[test]
#[ignore = "the program that the tests start"]
fn program() {
    let Ok(line) = env::var(LINE) else { return };
    let answer = Cli::new([clicks::topology()]).answer(line.split(' ').map(str::to_owned).collect::<Vec<_>>());
    println!("{}", answer.text);
    exit(answer.code.into());
}
fn command(line: &str, token: Option<&str>) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "program", "--ignored", "--nocapture"]).env(LINE, format!("clicks {line}")).env_remove("KSTREAMS_OPS_TOKEN");
    token.into_iter().for_each(|token| _ = command.env("KSTREAMS_OPS_TOKEN", token));
    command
}
fn said(line: &str, token: Option<&str>) -> (Option<i32>, String) {
    let Output { status, stdout, .. } = command(line, token).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap())
}

/// A program that serves its operations.
struct Served {
    child: Child,
    port: u16,
}
impl Served {
    /// `at` is what stands before the port.
    fn start(at: &str, token: Option<&str>) -> Served {
        let port = addresses::free_port();
        let mut command = command(&format!("run --ops {at}{port}"), token);
        let mut served = Served { child: command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap(), port };
        while served.status("/ready", None) != 200 {
            assert_eq!(served.child.try_wait().unwrap(), None, "it has ended");
            thread::sleep(Duration::from_millis(10));
        }
        served
    }
    fn status(&self, path: &str, token: Option<&str>) -> u16 {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let request = agent.get(format!("http://127.0.0.1:{}{path}", self.port));
        let request = token.into_iter().fold(request, |request, token| request.header("Authorization", format!("Bearer {token}")));
        request.call().map_or(0, |answer| answer.status().as_u16())
    }
    fn is_reached_at(&self, address: IpAddr) -> bool {
        addresses::is_reached((address, self.port).into())
    }
    /// What it has printed.
    fn stop(mut self) -> String {
        self.child.kill().unwrap();
        let mut printed = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut printed).unwrap();
        printed
    }
}
impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
#[test]
fn a_token_of_the_environment_is_asked_for() {
    let open = Served::start("", None);
    assert_eq!((open.status("/state", None), open.status("/store/per-user", None)), (200, 200));
    open.stop();
    let guarded = Served::start("", Some("s3cret"));
    for path in ["/state", "/metrics", "/topology", "/topology.json", "/store/per-user"] {
        let statuses = [None, Some("wrong"), Some("s3cret")].map(|token| guarded.status(path, token));
        assert_eq!(statuses, [401, 401, 200], "{path}");
    }
    let printed = guarded.stop();
    assert!(printed.contains("/topology") && !printed.contains("s3cret"), "{printed}");
}

#[test]
fn a_port_alone_is_one_of_loopback_and_an_address_is_what_it_says() {
    let others = addresses::others();
    let here = Served::start("", None);
    others.iter().for_each(|address| assert!(!here.is_reached_at(*address), "{address}"));
    here.stop();
    let everywhere = Served::start("0.0.0.0:", None);
    others.iter().for_each(|address| assert!(everywhere.is_reached_at(*address), "{address}"));
    assert_eq!((everywhere.status("/state", None), everywhere.status("/store/per-user", None)), (200, 403), "rows need a token there");
    let printed = everywhere.stop();
    assert!(printed.contains("KSTREAMS_OPS_TOKEN"), "{printed}");
    let guarded = Served::start("0.0.0.0:", Some("s3cret"));
    assert_eq!((guarded.status("/state", None), guarded.status("/store/per-user", Some("s3cret"))), (401, 200));
    guarded.stop();
}

#[test]
fn what_cannot_be_served_or_guarded_is_refused() {
    for at in ["", "somewhere", "127.0.0.1", "127.0.0.1:http", "70000"] {
        let (code, text) = said(&format!("--json run --ops {at}"), None);
        assert!(code == Some(2) && text.contains("0.0.0.0:8080"), "{at}: {text}");
    }
    // A token that was to come from somewhere, and did not, lets nobody in by accident.
    let (code, text) = said("--json run --ops 0", Some(""));
    assert!(code == Some(2) && text.contains("KSTREAMS_OPS_TOKEN"), "{text}");
    let (_, help) = said("run --help", None);
    assert!(help.contains("KSTREAMS_OPS_TOKEN") && help.contains("[ADDRESS:]PORT"), "{help}");
}
