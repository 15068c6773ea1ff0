//! The progress bar: on a terminal only.
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How much of the input is processed.
pub(crate) struct Progress {
    bar: ProgressBar,
    all: usize,
}
impl Progress {
    /// Of so many records; not shown where nobody looks.
    pub(crate) fn of(all: usize, shown: bool) -> Progress {
        // Standard error, and hidden if that is no terminal.
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(all as u64), target);
        let style = ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} records, {per_sec}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Progress { bar, all }
    }
    /// So many are left.
    pub(crate) fn left(&self, records: usize) {
        self.bar.set_position(self.all.saturating_sub(records) as u64);
    }
    /// All are processed.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
