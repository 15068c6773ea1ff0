//! Looks at an interval for new topics that a pattern of the topology matches. They are told, not read: tasks are planned when an application starts.
use super::telling::Told;
use crate::{Blueprint, Config, Event, plan::solve::Patterns};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::Duration,
};

/// Names of all topics that there are.
pub(super) type Names = Box<dyn FnMut() -> Result<Vec<String>, String> + Send>;

/// Looks until it is dropped.
pub(super) struct Watching {
    _until: Option<Sender<()>>,
}
impl Watching {
    /// What is there when the application starts is `known`; where there are no patterns nobody looks.
    pub(super) fn start(blueprint: &Blueprint, config: &Config, told: &Arc<Told>, known: BTreeSet<String>, names: Names) -> Watching {
        let patterns = Patterns::of(blueprint.plan(), &config.topic_options());
        if patterns.is_empty() {
            return Watching { _until: None };
        }
        let (until, over) = mpsc::channel();
        let watcher = Watcher { patterns, every: config.topic_look, known, names };
        let told = told.clone();
        // Nobody waits for it: a look may take as long as brokers do.
        match thread::Builder::new().name(format!("{}-topics", blueprint.plan().id)).spawn(move || watcher.run(&over, &told)) {
            Ok(_) => Watching { _until: Some(until) },
            Err(error) => {
                tracing::warn!(%error, "no thread to look for new topics");
                Watching { _until: None }
            }
        }
    }
}

struct Watcher {
    patterns: Patterns,
    every: Duration,
    /// Topics that are read, and those that were told.
    known: BTreeSet<String>,
    names: Names,
}
impl Watcher {
    fn run(mut self, over: &Receiver<()>, told: &Told) {
        while over.recv_timeout(self.every) == Err(RecvTimeoutError::Timeout) {
            match (self.names)() {
                Ok(there) => self.look(&there).iter().for_each(|event| told.tell(event)),
                Err(error) => tracing::warn!(error, "the topics cannot be looked at"),
            }
        }
    }
    /// Each new topic once.
    fn look(&mut self, there: &[String]) -> Vec<Event> {
        let found = self.patterns.find(there.iter().map(String::as_str)).into_iter();
        let new = found.filter(|(_, name)| self.known.insert(name.clone())).collect::<Vec<_>>().into_iter();
        new.map(|(pattern, name)| Event::TopicFound { pattern: self.patterns.text(pattern).to_owned(), topic: name.into() }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;

    #[test]
    fn a_new_topic_is_told_once() {
        let b = Topology::builder("sums");
        b.stream(matching::<Space<String, 1>, u64>("shop-.*")).discard();
        let patterns = Patterns::of(b.build(()).plan(), &Config::new().topic_options());
        let known = BTreeSet::from(["shop-de".to_owned()]);
        let mut watcher = Watcher { patterns, every: Duration::ZERO, known, names: Box::new(|| Ok(vec![])) };
        let there = ["shop-de", "shop-fr", "bank-fr", "sums-shop-changelog"].map(str::to_owned);
        let found = Event::TopicFound { pattern: "shop-.*".into(), topic: "shop-fr".into() };
        assert_eq!((watcher.look(&there), watcher.look(&there)), (vec![found], vec![]));
    }
}
