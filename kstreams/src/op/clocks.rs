//! Clocks of operators that a restart does not forget. What went out by such a clock is in no row, so it is committed with the task's offsets, as their
//! metadata, where Kafka Streams keeps the time up to which `emitFinal` has emitted. The format is our own; Java passes over it with a warning.
use crate::codec::Fingerprint;
use std::{cell::Cell, collections::BTreeMap, rc::Rc};

/// What the metadata begins with. Blanks are in no Base64, which is what Java reads.
const FORMAT: &str = "kstreams clocks 1";
/// Kafka's default of `offset.metadata.max.bytes`: a commit with more is refused.
const MAX_BYTES: usize = 4_096;

/// What an operator's clock showed at the last commit, and shows now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Nothing was ever committed.
    Never,
    /// Something was, but not by this operator: its state is older than its clock. Its rows tell what they can.
    Unknown,
    /// This time.
    At(i64),
}
/// The clock of an operator: what it shows, told to the task.
pub(crate) type SharedClock = Rc<Cell<Shown>>;

/// The clocks of a task's operators, each by the fingerprint of its store's name.
#[derive(Debug, Default)]
pub(crate) struct Clocks {
    running: BTreeMap<u32, SharedClock>,
    committed: BTreeMap<u32, i64>,
    /// Something was committed.
    began: bool,
}
impl Clocks {
    /// The operators are built: their clocks show what they showed at the last commit.
    pub(crate) fn assembled(&mut self, running: BTreeMap<u32, SharedClock>) {
        self.running = running;
        self.rewind();
    }
    fn rewind(&self) {
        let without = if self.began { Shown::Unknown } else { Shown::Never };
        for (name, clock) in &self.running {
            clock.set(self.committed.get(name).map_or(without, |time| Shown::At(*time)));
        }
    }
    /// What they show now is committed.
    pub(crate) fn commit(&mut self) {
        self.began = true;
        self.committed = self.times().collect();
    }
    fn times(&self) -> impl Iterator<Item = (u32, i64)> {
        self.running.iter().filter_map(|(name, clock)| if let Shown::At(time) = clock.get() { Some((*name, time)) } else { None })
    }
    /// What the clocks show, for the metadata; empty where there are none.
    pub(crate) fn note(&self) -> String {
        let mut note = String::new();
        for (name, time) in self.times() {
            let entry = format!(" {name:08x}={time}");
            let size = if note.is_empty() { FORMAT.len() } else { note.len() };
            // The broker takes no more; a clock that has no room asks its rows after a restart.
            if size + entry.len() <= MAX_BYTES {
                note = if note.is_empty() { FORMAT.to_owned() } else { note } + &entry;
            }
        }
        note
    }
    /// Takes what was committed; where partitions differ, the latest time counts. `began`: there are committed offsets.
    pub(crate) fn recall(&mut self, notes: &[String], began: bool) {
        (self.committed, self.began) = (BTreeMap::new(), began);
        for (name, time) in notes.iter().filter_map(|note| note.strip_prefix(FORMAT)).flat_map(entries) {
            self.committed.entry(name).and_modify(|known| *known = time.max(*known)).or_insert(time);
        }
        self.rewind();
    }
}
fn entries(note: &str) -> impl Iterator<Item = (u32, i64)> {
    note.split_ascii_whitespace().filter_map(|entry| {
        let (name, time) = entry.split_once('=')?;
        Some((u32::from_str_radix(name, 16).ok()?, time.parse().ok()?))
    })
}
/// Under which number the clock of a store's operator is noted: it depends on nothing but the store's name.
pub(crate) fn number_of(store: &str) -> u32 {
    let fingerprint = Fingerprint::new("clock").mix(store.as_bytes()).finish();
    (fingerprint ^ fingerprint >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clocks(stores: &[String]) -> Clocks {
        let mut clocks = Clocks::default();
        clocks.assembled(stores.iter().map(|store| (number_of(store), Rc::new(Cell::new(Shown::Never)))).collect());
        clocks
    }
    #[test]
    fn clocks_come_back_from_their_note_and_the_latest_counts() {
        let stores = ["a".to_owned(), "b".to_owned()];
        let (first, mut second) = (clocks(&stores), clocks(&stores));
        assert_eq!(first.note(), "");
        first.running[&number_of("a")].set(Shown::At(7));
        second.recall(&["AgAAAAAA".into(), first.note(), format!("{FORMAT} {:08x}=5 nonsense", number_of("a"))], true);
        assert_eq!(second.running[&number_of("a")].get(), Shown::At(7));
        assert_eq!(second.running[&number_of("b")].get(), Shown::Unknown);
        second.recall(&[], false);
        assert_eq!(second.running[&number_of("a")].get(), Shown::Never);
    }
    #[test]
    fn a_note_is_never_larger_than_a_broker_takes() {
        let stores: Vec<String> = (0..500).map(|i| format!("store-{i}")).collect();
        let clocks = clocks(&stores);
        clocks.running.values().for_each(|clock| clock.set(Shown::At(1_700_000_000_000)));
        assert!(clocks.note().len() <= MAX_BYTES && clocks.note().len() > MAX_BYTES - 32);
    }
}
