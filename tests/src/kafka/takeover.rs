//! `tests/takeover`: an application of Kafka Streams, in a process of its own.
use super::{broker::class_path_or_skip, jars::folder};
use std::{
    io,
    path::Path,
    process::{Child, Command, Stdio},
};

/// The running program; it stops in good order, or is killed when it is dropped.
pub struct WindowedWords(Child);
impl WindowedWords {
    /// `None`: there is no Java here; that is said, and with `CI=true` a failure.
    ///
    /// # Panics
    /// If it does not start.
    pub fn start(brokers: &str, state: &Path) -> Option<WindowedWords> {
        let class_path = class_path_or_skip("takeover")?;
        let mut java = Command::new("java");
        java.args(["-Xmx512m", "-XX:+UseSerialGC", "-cp", &class_path]).arg(folder("takeover").join("WindowedWords.java"));
        java.arg(brokers).arg(state).stdin(Stdio::piped());
        Some(WindowedWords(java.spawn().unwrap_or_else(|e| panic!("java: {e}"))))
    }
    /// Whether it ended by itself.
    ///
    /// # Errors
    /// If the system does not know.
    pub fn has_ended(&mut self) -> io::Result<bool> {
        Ok(self.0.try_wait()?.is_some())
    }
    /// Commits, leaves the group, ends.
    ///
    /// # Errors
    /// If it does not end well.
    pub fn stop(mut self) -> io::Result<()> {
        drop(self.0.stdin.take());
        let status = self.0.wait()?;
        if status.success() { Ok(()) } else { Err(io::Error::other(format!("Kafka Streams ends with {status}"))) }
    }
}
impl Drop for WindowedWords {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
