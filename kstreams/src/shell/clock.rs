//! The clocks that shells hand in: the machine's, and one that a test moves.
use crate::worker::Now;
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Instant, SystemTime, UNIX_EPOCH},
};

/// Tells the time.
pub trait Clock {
    /// Both clocks now.
    fn now(&self) -> Now;
    /// Whether time passes while nobody does anything: then waiting makes sense.
    fn passes(&self) -> bool;
}

/// The machine's clocks.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    started: Instant,
}
impl SystemClock {
    /// Its monotonic time starts at 0 now.
    pub fn new() -> SystemClock {
        SystemClock { started: Instant::now() }
    }
}
impl Default for SystemClock {
    fn default() -> Self {
        SystemClock::new()
    }
}
impl Clock for SystemClock {
    fn now(&self) -> Now {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Now { monotonic: self.started.elapsed().as_millis() as i64, wall: wall.as_millis() as i64 }
    }
    fn passes(&self) -> bool {
        true
    }
}

/// A clock that stands still until it is moved; clones show the same time, on both scales.
#[derive(Clone, Debug, Default)]
pub struct ManualClock {
    millis: Arc<AtomicI64>,
}
impl ManualClock {
    /// It shows this many milliseconds.
    pub fn at(millis: i64) -> ManualClock {
        ManualClock { millis: Arc::new(AtomicI64::new(millis)) }
    }
    /// Moves it forward.
    pub fn advance(&self, millis: i64) {
        self.millis.fetch_add(millis.max(0), Ordering::Relaxed);
    }
}
impl Clock for ManualClock {
    fn now(&self) -> Now {
        let millis = self.millis.load(Ordering::Relaxed);
        Now { monotonic: millis, wall: millis }
    }
    fn passes(&self) -> bool {
        false
    }
}
