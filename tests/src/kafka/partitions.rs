//! Asks Kafka's Java client where it puts keys.
use super::{broker::class_path_or_skip, jars::settings_folder};
use std::{
    fmt::Write as _,
    io::Write as _,
    process::{Command, Stdio},
    thread,
};

/// The partition of each key among so many. `None`: there is no Java here; that is said, and with `CI=true` a failure.
///
/// # Panics
/// If Java fails.
pub fn java_partitions(keys: &[(Vec<u8>, u32)]) -> Option<Vec<u32>> {
    let class_path = class_path_or_skip("broker")?;
    let mut java = Command::new("java");
    java.arg("-cp").arg(class_path).arg(settings_folder().join("Partitions.java"));
    let answer = ask(&mut java, lines(keys)).unwrap_or_else(|e| panic!("java: {e}"));
    Some(answer.lines().map(|line| line.parse().unwrap_or_else(|e| panic!("java says `{line}`: {e}"))).collect())
}
fn lines(keys: &[(Vec<u8>, u32)]) -> String {
    let mut lines = String::new();
    for (key, count) in keys {
        key.iter().for_each(|byte| _ = write!(lines, "{byte:02x}"));
        _ = writeln!(lines, " {count}");
    }
    lines
}
/// What a program answers to this input, written while it answers.
fn ask(program: &mut Command, input: String) -> std::io::Result<String> {
    let mut asked = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let stdin = asked.stdin.take();
    let writer = thread::spawn(move || stdin.map_or(Ok(()), |mut stdin| stdin.write_all(input.as_bytes())));
    let output = asked.wait_with_output()?;
    writer.join().map_err(|_| std::io::Error::other("the writing thread panicked"))??;
    if !output.status.success() {
        return Err(std::io::Error::other(format!("it ends with {}", output.status)));
    }
    String::from_utf8(output.stdout).map_err(std::io::Error::other)
}
