//! What a command answers: text for people, JSON for programs, and an exit code.
use super::CliAnswer;
use serde_json::{Value, json};

/// It was done; or it looked and found something.
pub(super) struct Said {
    pub(super) text: String,
    pub(super) json: Value,
    pub(super) code: u8,
}
/// It was not done.
#[derive(Debug)]
pub(super) struct Failed {
    text: String,
    code: u8,
}

/// Looked, and found differences; or did not get to see all.
pub(super) const DIFFERS: u8 = 3;

impl Said {
    pub(super) fn new(text: impl Into<String>, json: Value) -> Said {
        Said { text: text.into(), json, code: 0 }
    }
    /// With [`DIFFERS`] if something was found.
    pub(super) fn finding(self, found: bool) -> Said {
        Said { code: if found { DIFFERS } else { 0 }, ..self }
    }
    pub(super) fn answer(self, json: bool) -> CliAnswer {
        CliAnswer { text: if json { format!("{:#}\n", self.json) } else { self.text }, code: self.code }
    }
}
impl Failed {
    pub(super) fn new(text: impl Into<String>) -> Failed {
        Failed { text: text.into(), code: 1 }
    }
    pub(super) fn usage(text: impl Into<String>) -> Failed {
        Failed { text: text.into(), code: 2 }
    }
    /// Refused because the application runs.
    #[cfg(feature = "kafka")]
    pub(super) fn running(text: impl Into<String>) -> Failed {
        Failed { text: text.into(), code: 4 }
    }
    pub(super) fn text(&self) -> &str {
        &self.text
    }
    pub(super) fn answer(self, json: bool) -> CliAnswer {
        CliAnswer { text: if json { format!("{:#}\n", json!({ "error": self.text })) } else { self.text }, code: self.code }
    }
}
impl From<String> for Failed {
    fn from(text: String) -> Self {
        Failed::new(text)
    }
}

/// Rows under heads, each column as wide as it must be.
pub(super) fn table(heads: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).chain([heads[column].len()]).max().unwrap_or(0);
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let line = |cells: Vec<&str>| {
        let cells: Vec<String> = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        cells.join("  ").trim_end().to_owned() + "\n"
    };
    let rows = rows.iter().map(|row| line(row.iter().map(String::as_str).collect()));
    std::iter::once(line(heads.to_vec())).chain(rows).collect()
}
/// Epoch milliseconds as people read them.
pub(super) fn when(millis: i64) -> String {
    jiff::Timestamp::from_millisecond(millis).map_or_else(|_| millis.to_string(), |time| time.to_string())
}
