//! The pipelines on the embedded log: at least once and exactly once, one worker, two of one process, and three of two processes that come and go
//! while there is work. What comes out is what a plain fold over the input says.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{
    Headers,
    worker::{Guarantee, Settings},
};
use kstreams_tests::{
    dice::Dice,
    disk::Disks,
    oracle,
    pipeline::{self, Fed, Pipeline},
    threads::Application,
};

const ID: &str = "pipeline";
const RECORDS: u64 = 3_000;
/// 2026-01-05.
const START_MS: i64 = 1_767_571_200_000;

/// Everything is there before a worker starts, a hundred milliseconds apart: the order of time is then the only one.
fn load(pipeline: &Pipeline, app: &Application) -> Vec<Fed> {
    let mut dice = Dice::new(1);
    let feeds = (pipeline.preload)().into_iter().chain((0..RECORDS).map(|i| (pipeline.feed)(&mut dice, i))).collect::<Vec<_>>();
    let times = (0..).map(|i: i64| START_MS + i * 100);
    let fed: Vec<Fed> = feeds.into_iter().zip(times).map(|(feed, time)| Fed { feed, time }).collect();
    for Fed { feed, time } in &fed {
        let value = feed.value.map(u64::to_be_bytes);
        app.log.produce(feed.topic, Some(feed.key.as_bytes()), value.as_ref().map(|v| &v[..]), *time, &Headers::new()).unwrap();
    }
    fed
}
fn settings(guarantee: Guarantee) -> Settings {
    Settings { guarantee, commit_interval_ms: 5, checkpoint_interval_ms: 20, records_per_step: 50, ..Settings::default() }
}

/// How many workers, and what becomes of them.
#[derive(Clone, Copy, Debug)]
enum Crew {
    One,
    TwoOfOneProcess,
    ComingAndGoing,
}
fn work(app: &Application, crew: Crew) -> Result<(), String> {
    let (a, b) = (app.process("a"), app.process("b"));
    let first = app.start(&a, 0)?;
    match crew {
        Crew::One => app.drain()?,
        Crew::TwoOfOneProcess => {
            let second = app.start(&a, 1)?;
            app.drain()?;
            second.stop()?;
        }
        Crew::ComingAndGoing => {
            app.drain_to(2_500)?;
            let (second, third) = (app.start(&a, 1)?, app.start(&b, 0)?);
            app.drain_to(1_500)?;
            first.stop()?;
            app.drain_to(800)?;
            let again = app.start(&a, 0)?;
            app.drain()?;
            [second, third, again].into_iter().try_for_each(|worker| worker.stop())?;
            return Ok(());
        }
    }
    first.stop()
}
fn run(pipeline: &Pipeline, guarantee: Guarantee, crew: Crew, disks: Disks) -> Result<(), String> {
    let app = Application::new((pipeline.topology)(ID), settings(guarantee), disks)?;
    let fed = load(pipeline, &app);
    work(&app, crew)?;
    // Without crashes and refusals nothing comes twice at least once either.
    oracle::check(&oracle::Embedded { log: &app.log, id: ID }, pipeline, (pipeline.expected)(&fed), true)
}
fn all(guarantee: Guarantee, crew: Crew, disks: fn() -> Disks) {
    let fails = |p: &&Pipeline| run(p, guarantee, crew, disks()).err().map(|e| format!("{}: {e}", p.name));
    let failures: Vec<String> =
        pipeline::ALL.iter().filter(|p| p.at_least_once || guarantee == Guarantee::ExactlyOnce).filter_map(fails).collect();
    assert!(failures.is_empty(), "{guarantee:?}, {crew:?}:\n{}", failures.join("\n"));
}

macro_rules! cases {
    ($($name:ident: $guarantee:ident, $crew:ident, $disks:expr;)*) => { $(
        #[test]
        fn $name() {
            all(Guarantee::$guarantee, Crew::$crew, $disks);
        }
    )* };
}
cases! {
    one_worker_at_least_once: AtLeastOnce, One, || Disks::Memory;
    one_worker_exactly_once: ExactlyOnce, One, || Disks::Memory;
    one_worker_exactly_once_on_redb: ExactlyOnce, One, Disks::redb;
    two_workers_of_a_process_at_least_once: AtLeastOnce, TwoOfOneProcess, || Disks::Memory;
    two_workers_of_a_process_exactly_once_on_redb: ExactlyOnce, TwoOfOneProcess, Disks::redb;
    workers_that_come_and_go_exactly_once: ExactlyOnce, ComingAndGoing, || Disks::Memory;
    workers_that_come_and_go_exactly_once_on_redb: ExactlyOnce, ComingAndGoing, Disks::redb;
}
