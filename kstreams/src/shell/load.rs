//! What a worker's thread spends its time on, and what its commits did: added to once a turn and once a commit, read by whoever looks.
use std::{
    sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};

/// Parts of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Asking the world, asleep for most of it when there is nothing to do.
    Poll,
    /// Taking records in, processing and producing them.
    Process,
    /// Committing.
    Commit,
}

/// A worker's sums since it began.
#[derive(Debug, Default)]
pub struct Load {
    nanos: [AtomicU64; 3],
    commits: AtomicU64,
    records: AtomicU64,
    commit_millis: AtomicU64,
    last_commit_millis: AtomicI64,
    aborts: AtomicU64,
    opened: AtomicU64,
    closed: AtomicU64,
}
/// [`Load`] at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loads {
    /// Time in [`Part::Poll`].
    pub poll: Duration,
    /// Time in [`Part::Process`].
    pub process: Duration,
    /// Time in [`Part::Commit`].
    pub commit: Duration,
    /// Commits that went through.
    pub commits: u64,
    /// Source records that they covered.
    pub records: u64,
    /// How long they took together, from the first changelog record to the answer, milliseconds.
    pub commit_millis: u64,
    /// How long the last one took, milliseconds.
    pub last_commit_millis: i64,
    /// Transactions that were aborted.
    pub aborts: u64,
    /// Tasks that came.
    pub opened: u64,
    /// Tasks that went.
    pub closed: u64,
}
impl Load {
    /// A part of a turn took so long.
    pub fn add(&self, part: Part, took: Duration) {
        self.nanos[part as usize].fetch_add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX), Relaxed);
    }
    /// A commit went through.
    pub fn committed(&self, records: u64, took_ms: i64) {
        self.commits.fetch_add(1, Relaxed);
        self.records.fetch_add(records, Relaxed);
        self.commit_millis.fetch_add(took_ms.max(0).unsigned_abs(), Relaxed);
        self.last_commit_millis.store(took_ms, Relaxed);
    }
    /// A transaction was aborted.
    pub fn aborted(&self) {
        self.aborts.fetch_add(1, Relaxed);
    }
    /// A task came (`true`) or went.
    pub fn task(&self, came: bool) {
        if came { &self.opened } else { &self.closed }.fetch_add(1, Relaxed);
    }
    /// The sums.
    pub fn read(&self) -> Loads {
        let time = |part: Part| Duration::from_nanos(self.nanos[part as usize].load(Relaxed));
        Loads {
            poll: time(Part::Poll),
            process: time(Part::Process),
            commit: time(Part::Commit),
            commits: self.commits.load(Relaxed),
            records: self.records.load(Relaxed),
            commit_millis: self.commit_millis.load(Relaxed),
            last_commit_millis: self.last_commit_millis.load(Relaxed),
            aborts: self.aborts.load(Relaxed),
            opened: self.opened.load(Relaxed),
            closed: self.closed.load(Relaxed),
        }
    }
}

/// Stops the time between parts of a turn.
pub struct Stopwatch<'a> {
    load: &'a Load,
    last: Instant,
}
impl<'a> Stopwatch<'a> {
    /// Begins now.
    pub fn start(load: &'a Load) -> Stopwatch<'a> {
        Stopwatch { load, last: Instant::now() }
    }
    /// A part ends now.
    pub fn ended(&mut self, part: Part) {
        let now = Instant::now();
        self.load.add(part, now - self.last);
        self.last = now;
    }
}
