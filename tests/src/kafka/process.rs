//! Processes of an application, killed and restarted.
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// A process of the application `counter`, and what it said.
pub struct Process {
    child: Child,
    said: Arc<Mutex<Vec<String>>>,
}
const PATIENCE: Duration = Duration::from_secs(60);

impl Process {
    /// Starts one: the program, its arguments, its `KSTREAMS_*` settings.
    pub fn start(program: &Path, arguments: &[&str], settings: &[(&str, String)]) -> Process {
        let mut command = Command::new(program);
        command.args(arguments).envs(settings.iter().map(|(name, value)| (format!("KSTREAMS_{name}"), value)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|e| panic!("{}: {e}", program.display()));
        let said: Arc<Mutex<Vec<String>>> = Arc::default();
        if let Some(out) = child.stdout.take() {
            let said = Arc::clone(&said);
            thread::spawn(move || BufReader::new(out).lines().map_while(Result::ok).for_each(|line| lock(&said).push(line)));
        }
        Process { child, said }
    }
    /// `SIGKILL`.
    pub fn kill(mut self) -> Vec<String> {
        drop(self.child.kill());
        drop(self.child.wait());
        self.said()
    }
    /// `SIGTERM`, and waits until it has finished in good order.
    pub fn terminate(mut self) -> Vec<String> {
        // SAFETY: a signal to our own child, which was not waited for yet.
        #[allow(unsafe_code)]
        unsafe {
            libc::kill(self.child.id() as i32, libc::SIGTERM);
        }
        let status = self.child.wait().unwrap_or_else(|e| panic!("{e}"));
        let said = self.said();
        assert!(status.success(), "it did not end well: {said:?}");
        said
    }
    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_some())
    }
    pub fn said(&self) -> Vec<String> {
        lock(&self.said).clone()
    }
    /// Waits until something that it said begins like this, and answers that line.
    pub fn wait_for(&self, begin: &str) -> String {
        let since = Instant::now();
        loop {
            if let Some(line) = lock(&self.said).iter().find(|line| line.starts_with(begin)) {
                return line.clone();
            }
            assert!(since.elapsed() < PATIENCE, "it never said `{begin}`, but: {:?}", self.said());
            thread::sleep(Duration::from_millis(20));
        }
    }
}
impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
