//! Names that are given up on purpose.
use super::{Change, Difference, Entry, Kind, Lock};
use std::fmt;

/// What is left of a name that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// What it was.
    pub entry: Entry,
    /// The topic that nobody owns any more; `None` if the store had no changelog.
    pub topic: Option<String>,
}
impl Lock {
    /// The lock to write when the topology is as it is `now`: it goes on remembering what was given up.
    ///
    /// ```
    /// use kstreams::{lock::Lock, prelude::*};
    /// let counting = |store| {
    ///     let b = Topology::builder("clicks");
    ///     b.stream(named::<Space<String, 3>, u64>("clicks")).count(store).to_stream().discard();
    ///     Lock::of(&b.build(()))
    /// };
    /// let mut deployed = counting("counts");
    /// // the store was renamed: that has to be meant
    /// assert!(deployed.renew(counting("totals")).is_err());
    /// let forgotten = deployed.forget("counts").unwrap();
    /// assert_eq!(forgotten.topic.as_deref(), Some("clicks-counts-changelog"));
    /// assert!(deployed.renew(counting("totals")).is_ok());
    /// ```
    ///
    /// # Errors
    /// The differences for which [`Lock::forget`] has to be said first, because they leave state behind.
    pub fn renew(&self, now: Lock) -> Result<Lock, Vec<Difference>> {
        let unsaid = |d: &Difference| d.is_refused() && matches!(d.change, Change::Gone | Change::Revived | Change::Application { .. });
        let unsaid: Vec<Difference> = self.compare(&now).into_iter().filter(unsaid).collect();
        if unsaid.is_empty() { Ok(Lock { forgotten: self.forgotten.clone(), ..now }) } else { Err(unsaid) }
    }
    /// Gives the name of a store or repartition up: the lock remembers that this was meant. Answers what can now be deleted, the same if it was
    /// given up before, or `None` if the lock never held the name.
    pub fn forget(&mut self, name: &str) -> Option<Forgotten> {
        let internal = |entry: &Entry| matches!(entry.kind, Kind::Store | Kind::Repartition);
        if let Some(at) = self.entries.iter().position(|entry| internal(entry) && entry.name == name) {
            self.forgotten.push(self.entries.remove(at));
        }
        let entry = self.forgotten.iter().rfind(|entry| entry.name == name)?.clone();
        Some(Forgotten { topic: entry.topic(&self.application), entry })
    }
}
impl fmt::Display for Forgotten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Entry { kind, name, .. } = &self.entry;
        match &self.topic {
            Some(topic) => write!(
                f,
                "{kind} `{name}` is forgotten. When no instance of the old version runs any more, delete its topic: \
                 kafka-topics --bootstrap-server HOST:PORT --delete --topic {topic}"
            ),
            None => write!(f, "{kind} `{name}` is forgotten; it had no changelog"),
        }
    }
}
