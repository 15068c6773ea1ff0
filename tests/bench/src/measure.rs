//! What a process has used so far.
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// What a run came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Measured {
    /// Which.
    pub(crate) kind: String,
    /// Records read.
    pub(crate) records: u64,
    /// CPU time of the whole process, seconds per million records.
    pub(crate) cpu_s_per_million: f64,
    /// From the first record to the last commit.
    pub(crate) records_per_s: f64,
    /// Largest resident size.
    pub(crate) peak_rss_mb: f64,
    /// Commits that went through.
    pub(crate) commits: u64,
}
/// Begins with the process.
pub(crate) struct Meter {
    kind: String,
    first: Option<Instant>,
}
impl Meter {
    pub(crate) fn new(kind: &impl std::fmt::Debug) -> Meter {
        Meter { kind: format!("{kind:?}"), first: None }
    }
    /// The first record is there.
    pub(crate) fn begin(&mut self) {
        self.first.get_or_insert_with(Instant::now);
    }
    pub(crate) fn end(&self, records: u64, commits: u64) -> Measured {
        let (cpu, rss) = used();
        let took = self.first.map_or(f64::NAN, |first| first.elapsed().as_secs_f64());
        Measured {
            kind: self.kind.clone(),
            records,
            cpu_s_per_million: cpu / records as f64 * 1e6,
            records_per_s: records as f64 / took,
            peak_rss_mb: rss,
            commits,
        }
    }
}
/// CPU seconds and megabytes.
fn used() -> (f64, f64) {
    // SAFETY: the structure is plain numbers, written by the call.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 / 1e6;
    // Linux tells kilobytes.
    (seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss as f64 / 1024.0)
}

/// CPU time of a process so far, milliseconds, threads that have ended included; not a number if it is not there.
pub(crate) fn cpu_ms(pid: u32) -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: both are written by the calls.
    let failed = unsafe {
        let mut clock = 0;
        libc::clock_getcpuclockid(pid as i32, &mut clock) != 0 || libc::clock_gettime(clock, &mut time) != 0
    };
    if failed { f64::NAN } else { time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6 }
}
