//! Rows of an older type on their way back from the changelog, and the changelog written once more, so that each record says what it is.
//!
//! A record carries the header `kstreams-migrated: <fingerprint>`, of the type that its store was migrated from last, from the first start with a
//! declared migration on, for good. A record without it was written before. So a changelog may hold both in any mixture, and a crash between any
//! two transactions leaves nothing undecided. Once every row was written again, no live record is of the old type, and the migration may go from
//! the code; where one is still live without it, the task does not start.
use super::mark::{Progress, RowsMark, Verdict};
use crate::{
    Headers,
    codec::fields::words,
    plan::{Migration, Store},
};
use std::{borrow::Cow, collections::BTreeSet, ops::Bound};

/// Names the header; Java ignores it.
const HEADER: &str = "kstreams-migrated";
/// Bytes that are written once more with one commit.
const REWRITTEN_BYTES: usize = 1 << 20;

/// What a store knows of the types of its rows.
pub(super) struct Migrating {
    store: String,
    schema: u64,
    words: Vec<String>,
    /// The oldest first.
    steps: Vec<Migration>,
    migrated: Option<u64>,
    bare: Option<u64>,
    /// Of every record that goes to the changelog.
    headers: Headers,
    rewriting: Option<Rewriting>,
    /// Keys whose latest record is of a type that is not read, as far as the changelog has been read.
    unread: BTreeSet<Vec<u8>>,
    why: String,
}
/// How far the changelog is written once more.
#[derive(Default)]
struct Rewriting {
    after: Option<Vec<u8>>,
    /// With the commit that is on its way.
    prepared: Option<Prepared>,
}
struct Prepared {
    last: Option<Rewritten>,
    is_done: bool,
}
/// A row that was written once more.
pub(super) struct Rewritten {
    pub(super) key: Vec<u8>,
    pub(super) value: Vec<u8>,
    pub(super) time: i64,
}

impl Migrating {
    /// What becomes of the rows that are there: the mark beside them, and whether there are any.
    ///
    /// # Errors
    /// They are of another type, and no migration from it is declared.
    pub(super) fn open(store: &Store, mark: Option<RowsMark>, are_there: bool) -> Result<(Migrating, Verdict), String> {
        let verdict = match &mark {
            Some(mark) => mark.verdict(store)?,
            // Written by a kstreams that left no marks.
            None if are_there && !store.migrations().is_empty() => Verdict::Anew,
            None => Verdict::GoOn,
        };
        let newest = store.migrations().last().map(|step| step.schema);
        let before = mark.as_ref().and_then(|mark| mark.migrated);
        let bare = mark.as_ref().and_then(|mark| mark.bare.or_else(|| before.is_none().then_some(mark.schema)));
        let mut migrating = Migrating {
            store: store.name.clone(),
            schema: store.schema.1,
            words: words(store.shapes.1),
            steps: store.migrations().to_vec(),
            migrated: None,
            bare,
            headers: Headers::new(),
            rewriting: None,
            unread: BTreeSet::new(),
            why: String::new(),
        };
        newest.or(before).into_iter().for_each(|from| migrating.set_migrated(from));
        if verdict == Verdict::Rewrite {
            migrating.begin_rewriting();
        }
        Ok((migrating, verdict))
    }
    /// The mark to write beside the rows.
    pub(super) fn mark(&self) -> RowsMark {
        let progress = match (self.unread.is_empty(), &self.rewriting) {
            (false, _) => Progress::Reading,
            (true, Some(_)) => Progress::Rewriting,
            (true, None) => Progress::Whole,
        };
        RowsMark { schema: self.schema, migrated: self.migrated, bare: self.bare, progress, words: self.words.clone() }
    }
    /// Headers of a changelog record.
    pub(super) fn headers(&self) -> &Headers {
        &self.headers
    }
    fn set_migrated(&mut self, from: u64) {
        if self.migrated != Some(from) {
            self.headers = Headers::new();
            self.headers.add(HEADER, format!("{from:016x}"));
            self.migrated = Some(from);
        }
    }

    /// A record's value as the store's type has it. `keys`: those of all rows until now.
    pub(super) fn read<'a>(
        &mut self,
        key: &[u8],
        value: Option<&'a [u8]>,
        headers: &Headers,
        keys: impl FnOnce() -> Vec<Vec<u8>>,
    ) -> Option<Cow<'a, [u8]>> {
        let from = migrated_from(headers);
        if self.steps.is_empty() {
            self.look_at(key, value.is_some(), from, keys);
            return value.map(Cow::Borrowed);
        }
        let read = value.map(|bytes| self.migrate(from, bytes)).transpose();
        match read {
            Ok(_) => self.unread.remove(key),
            Err(_) => self.unread.insert(key.to_vec()),
        };
        read.unwrap_or_else(|why| {
            self.why = why;
            None
        })
    }
    fn migrate<'a>(&mut self, from: Option<u64>, bytes: &'a [u8]) -> Result<Cow<'a, [u8]>, String> {
        let Some(step) = self.step(from).cloned() else { return Ok(Cow::Borrowed(bytes)) };
        self.begin_rewriting();
        let unread = |e| format!("rows that were written as `{}` cannot be read as that: {e}", step.ty);
        step.convert(bytes).map(Cow::Owned).map_err(unread)
    }
    /// The migration for a record that was written after the one from this type.
    fn step(&self, from: Option<u64>) -> Option<&Migration> {
        let at = |schema: u64| self.steps.iter().position(|step| step.schema == schema);
        match from {
            None if self.bare == Some(self.schema) => None,
            None => self.steps.get(self.bare.and_then(at).unwrap_or(0)),
            Some(from) => self.steps.get(at(from).map_or(0, |done| done + 1)),
        }
    }
    /// Without migrations: whether a record is of the store's type. In a changelog with headers, one without is older than the migration.
    fn look_at(&mut self, key: &[u8], is_row: bool, from: Option<u64>, keys: impl FnOnce() -> Vec<Vec<u8>>) {
        if from.is_some() && self.migrated.is_none() {
            self.unread.extend(keys());
        }
        from.into_iter().for_each(|from| self.set_migrated(from));
        let is_older = from.is_none() && self.migrated.is_some();
        if is_row && (is_older || from == Some(self.schema)) {
            self.unread.insert(key.to_vec());
        } else {
            self.unread.remove(key);
        }
    }
    /// Why the store cannot be used; its changelog was read to the end. Rows that are gone meanwhile do no harm.
    pub(super) fn unreadable(&mut self, is_gone: impl Fn(&[u8]) -> bool) -> Option<String> {
        self.unread.retain(|key| !is_gone(key));
        let (first, count) = (self.unread.first()?, self.unread.len());
        let from = self.migrated.unwrap_or_default();
        let why = match self.why.as_str() {
            "" if from == self.schema => {
                "they were written by a newer version, which migrated the store from the type that it has here: go on with \
                                          that one, or declare a migration back"
                    .to_owned()
            }
            "" => format!(
                "they were written before the store was migrated from the type with the fingerprint {from:016x} (the lock had its fields under \
                 `type`), and no task has read them through that migration. Declare it again until each task has run with it once"
            ),
            why => format!("{why}. Declare the migration from the type that they are, or mend its function"),
        };
        Some(format!(
            "store `{}`: {count} rows of its changelog are of another type, the first under the key {:?}: {why}",
            self.store,
            text(first)
        ))
    }

    fn begin_rewriting(&mut self) {
        if self.rewriting.is_none() {
            tracing::info!(store = self.store, "rows of an older type are migrated; its changelog is written once more");
            self.rewriting = Some(Rewriting::default());
        }
    }
    /// Whether there is more to write.
    pub(super) fn is_rewriting(&self) -> bool {
        self.rewriting.is_some()
    }
    /// From where on rows are to be written once more.
    pub(super) fn rewrite_from(&self) -> Option<Bound<&[u8]>> {
        let rewriting = self.rewriting.as_ref()?;
        Some(rewriting.after.as_deref().map_or(Bound::Unbounded, Bound::Excluded))
    }
    /// Whether so many bytes are enough for one commit.
    pub(super) fn is_enough(bytes: usize) -> bool {
        bytes >= REWRITTEN_BYTES
    }
    /// Rows up to this one are written with the commit that is on its way.
    pub(super) fn rewrite_prepared(&mut self, last: Option<Rewritten>, is_done: bool) {
        if let Some(rewriting) = &mut self.rewriting {
            rewriting.prepared = Some(Prepared { last, is_done });
        }
    }
    /// It went through. Answers the last row, once all are written: with it a checkpoint has something to hold.
    pub(super) fn rewrite_committed(&mut self) -> Option<Rewritten> {
        let Prepared { last, is_done } = self.rewriting.as_mut()?.prepared.take()?;
        if is_done {
            tracing::info!(store = self.store, "its changelog is written once more: all rows are migrated");
            self.rewriting = None;
            return last;
        }
        if let (Some(rewriting), Some(last)) = (&mut self.rewriting, last) {
            rewriting.after = Some(last.key);
        }
        None
    }
    /// It did not.
    pub(super) fn rewrite_aborted(&mut self) {
        if let Some(rewriting) = &mut self.rewriting {
            rewriting.prepared = None;
        }
    }
}
fn migrated_from(headers: &Headers) -> Option<u64> {
    let text = std::str::from_utf8(headers.get(HEADER)?).ok()?;
    u64::from_str_radix(text, 16).ok()
}
fn text(key: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(key)
}
