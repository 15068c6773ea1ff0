//! The mark beside a store's rows: which type they are of. A program whose store has another type refuses them, or reads them through a migration.
use crate::{
    codec::fields::{FieldChange, difference, only_optional_came, plain, words},
    plan::{Migration, Store},
};
use std::fmt;

/// How far a store has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// Every live record of its changelog says what it is.
    Whole,
    /// Its rows are of the store's type; its changelog may hold records of an older one.
    Rewriting,
    /// Rows are missing that could not be read until now.
    Reading,
}
/// Which type a store's rows are of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RowsMark {
    /// Fingerprint of the rows' type.
    pub(super) schema: u64,
    /// Fingerprint of the type that they were migrated from last.
    pub(super) migrated: Option<u64>,
    /// Fingerprint of the type of changelog records without a header, if it is known.
    pub(super) bare: Option<u64>,
    pub(super) progress: Progress,
    /// The fields of the rows' type.
    pub(super) words: Vec<String>,
}
/// What is to be done with the rows that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    GoOn,
    /// They are right; the changelog is to be written once more.
    Rewrite,
    /// They are read back from the changelog, through the migrations.
    Anew,
}
/// Where a checkpoint keeps it.
pub(crate) fn rows_mark(store: &str) -> String {
    format!("rows/{store}")
}

impl RowsMark {
    pub(super) fn parse(bytes: &[u8]) -> Option<RowsMark> {
        let text = std::str::from_utf8(bytes).ok()?;
        let mut parts = text.split(' ');
        let schema = fingerprint(parts.next()?)?;
        let (migrated, bare) = (fingerprint(parts.next()?), fingerprint(parts.next()?));
        let progress = match parts.next()? {
            "whole" => Progress::Whole,
            "rewriting" => Progress::Rewriting,
            _ => Progress::Reading,
        };
        Some(RowsMark { schema, migrated, bare, progress, words: parts.map(str::to_owned).collect() })
    }
    /// What becomes of rows under this mark in a store of the plan.
    ///
    /// # Errors
    /// They are of another type, and no migration from it is declared: how the types differ, and the way out.
    pub(super) fn verdict(&self, store: &Store) -> Result<Verdict, String> {
        let (schema, present) = (store.schema.1, words(store.shapes.1));
        let steps = store.migrations();
        let is_from = |step: &Migration| step.schema == self.schema || self.is_read_as(&words(step.shape));
        if schema != self.schema && steps.iter().any(is_from) {
            return Ok(Verdict::Anew);
        }
        if schema != self.schema && !self.is_read_as(&present) {
            return Err(self.refusal(store, &present));
        }
        let newest = steps.last().map(|step| step.schema);
        Ok(match self.progress {
            Progress::Reading => Verdict::Anew,
            Progress::Rewriting => Verdict::Rewrite,
            Progress::Whole if newest.is_some() && newest != self.migrated => Verdict::Rewrite,
            Progress::Whole => Verdict::GoOn,
        })
    }
    /// Whether the types read each other's rows: nothing but optional fields came, or went.
    fn is_read_as(&self, other: &[String]) -> bool {
        let came = |was: &[String], is: &[String]| only_optional_came(&difference(was, is), was);
        came(&self.words, other) || came(other, &self.words)
    }
    fn refusal(&self, store: &Store, present: &[String]) -> String {
        let (name, ty) = (&store.name, store.types.1);
        let declared: Vec<&str> = store.migrations().iter().map(|step| step.ty).collect();
        let declared =
            if declared.is_empty() { String::new() } else { format!(" (migrations are declared from: {})", declared.join(", ")) };
        format!(
            "store `{name}` holds rows of another type: {}{declared}. Say what becomes of them: \
             `stored(\"{name}\").migrate(from::<Old>(), f)`, where `Old` is the type as it was and `f` makes `{ty}` of it; or give the store \
             another name; or go back to the version that wrote them",
            difference_text(&self.words, present)
        )
    }
}
impl fmt::Display for RowsMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = |of: Option<u64>| of.map_or_else(|| "-".to_owned(), |of| format!("{of:016x}"));
        let progress = match self.progress {
            Progress::Whole => "whole",
            Progress::Rewriting => "rewriting",
            Progress::Reading => "reading",
        };
        write!(f, "{:016x} {} {} {progress}", self.schema, known(self.migrated), known(self.bare))?;
        self.words.iter().try_for_each(|word| write!(f, " {word}"))
    }
}
fn fingerprint(text: &str) -> Option<u64> {
    u64::from_str_radix(text, 16).ok()
}
fn difference_text(was: &[String], is: &[String]) -> String {
    match (plain(was), plain(is)) {
        (None, None) => {
            let fields: Vec<String> = difference(was, is).iter().map(FieldChange::to_string).collect();
            format!("the value has other fields ({})", fields.join(", "))
        }
        (was_plain, is_plain) => {
            let name = |plain: Option<&str>, words: &[String]| plain.map_or_else(|| format!("{{{}}}", words.join(", ")), str::to_owned);
            format!("the value was {} and is {}", name(was_plain, was), name(is_plain, is))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_it_was_written() {
        let words = vec!["item:u64".to_owned(), "note:Option<String>".to_owned()];
        let mark = RowsMark { schema: 7, migrated: Some(u64::MAX), bare: None, progress: Progress::Rewriting, words };
        assert_eq!(mark.to_string(), "0000000000000007 ffffffffffffffff - rewriting item:u64 note:Option<String>");
        assert_eq!(RowsMark::parse(mark.to_string().as_bytes()), Some(mark));
        assert_eq!(RowsMark::parse(b"what"), None);
    }
    #[test]
    fn types_that_differ_are_told_by_their_fields_or_names() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let told = |was: &str, is: &str| difference_text(&words(was), &words(is));
        assert_eq!(told("u64", "String"), "the value was u64 and is String");
        assert_eq!(told("u64", "cents:u64 orders:u64"), "the value was u64 and is {cents:u64, orders:u64}");
        assert_eq!(told("cents:u64", "cents:i64 orders:u64"), "the value has other fields (~ cents: u64 → i64, + orders: u64)");
    }
}
