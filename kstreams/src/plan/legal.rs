//! Names and counts that Kafka takes: what the macros check of literals, for those that are given at run time.
use super::{Named, Origin, Plan, StoreIndex, Topic, TopicIndex};

/// The longest name of a topic, in bytes.
const LONGEST: usize = 249;

/// What is wrong with the name of a topic or a part of it, worded to follow it; `None` if Kafka takes it
/// (`org.apache.kafka.common.internals.Topic`).
pub(crate) fn refused(name: &str) -> Option<String> {
    let odd = name.chars().find(|c| !c.is_ascii_alphanumeric() && !['.', '_', '-'].contains(c));
    match (name, odd) {
        ("", _) => Some("is empty; Kafka needs at least one character".into()),
        ("." | "..", _) => Some("is a folder's name, which Kafka refuses".into()),
        (_, Some(c)) => Some(format!("holds {c:?}; Kafka takes ASCII letters, digits, `.`, `_` and `-`")),
        _ if name.len() > LONGEST => Some(format!("has {} characters; Kafka takes {LONGEST}", name.len())),
        _ => None,
    }
}

impl Plan {
    /// Reports names that no topic can have and topics without partitions.
    pub(super) fn check_legal(&mut self) {
        let id = refused(&self.id).map(|why| format!("the application id {:?} {why}: its internal topics are named after it", self.id));
        let topics = (0..self.topics.len() as u32).flat_map(|index| self.refused_topic(TopicIndex(index)));
        let stores = (0..self.stores.len() as u32).filter_map(|index| self.refused_store(StoreIndex(index)));
        let problems: Vec<String> = id.into_iter().chain(topics).chain(stores).collect();
        self.problems.extend(problems);
    }
    fn refused_topic(&self, index: TopicIndex) -> Vec<String> {
        let topic = self.topic(index);
        let name = refused(&topic.name).map(|why| format!("the name {:?} of a {} {why}", topic.name, what(topic)));
        let name = name.or_else(|| self.too_long(&topic.name, &self.topic_name(index), "its topic"));
        let nowhere = topic.partitions == 0;
        let count = nowhere.then(|| format!("{} `{}` is declared with 0 partitions: records need one at least", what(topic), topic.name));
        name.filter(|_| topic.named == Named::Exactly).into_iter().chain(count).collect()
    }
    /// A source table's store is called as its topic is.
    fn refused_store(&self, index: StoreIndex) -> Option<String> {
        let name = &self.store(index).name;
        let own = self.store(index).source.is_none();
        let why = refused(name).map(|why| format!("the name {name:?} of a store {why}: its changelog is named after it"));
        let changelog = || self.changelog_name(index).and_then(|changelog| self.too_long(name, &changelog, "its changelog"));
        own.then(|| why.or_else(changelog)).flatten()
    }
    /// A name that is good by itself, and not in the topic that is called after it and the application.
    fn too_long(&self, name: &str, topic: &str, what: &str) -> Option<String> {
        let is_good = refused(&self.id).is_none() && topic != name;
        refused(topic).filter(|_| is_good).map(|why| format!("the name {name:?} is too long: {topic:?}, as {what} is called, {why}"))
    }
}
fn what(topic: &Topic) -> &'static str {
    match topic.origin {
        Origin::User => "topic",
        Origin::Repartition | Origin::Subscription | Origin::Changelog => "repartition topic",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kafka_takes_and_refuses_names() {
        for good in ["orders", "a.b_c-D9", "_", "-", "...", &"x".repeat(LONGEST)] {
            assert_eq!(refused(good), None, "{good}");
        }
        for (bad, says) in [
            ("", "is empty"),
            ("..", "folder"),
            ("my orders", "holds ' '"),
            ("käse", "holds 'ä'"),
            (&"x".repeat(250), "has 250 characters"),
        ] {
            assert!(refused(bad).is_some_and(|why| why.contains(says)), "{bad}");
        }
    }
}
