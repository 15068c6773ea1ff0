//! Sources that are patterns: one topic of the plan stands for all topics whose whole names match, as many as there are when it starts.
use super::{NodeKind, Origin, Plan, TopicIndex};
use regex_lite::Regex;

/// What a topic's name in the plan says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Named {
    /// The topic.
    #[default]
    Exactly,
    /// A regular expression over whole names (Kafka Streams: `stream(Pattern)`).
    Pattern,
    /// A topic that was found for a pattern: its name on the brokers.
    Found {
        /// The topic that has the pattern's place in the plan.
        of: TopicIndex,
        /// The pattern's text.
        pattern: String,
    },
}

/// Matches whole names, as Java's `Matcher.matches`; with `prefix` in front of what the expression is about.
///
/// # Errors
/// What is wrong with the expression.
pub(crate) fn whole(prefix: &str, pattern: &str) -> Result<Regex, String> {
    if pattern.is_empty() || pattern.contains(char::is_whitespace) {
        return Err("names of topics are not empty and hold no blanks".into());
    }
    // Alone first: `a)|(b` must not become right by what stands around it.
    let alone = Regex::new(pattern).map_err(|e| e.to_string())?;
    Regex::new(&format!(r"\A{}(?:{})\z", regex_lite::escape(prefix), alone.as_str())).map_err(|e| e.to_string())
}

impl Plan {
    /// Topics of the plan that are patterns.
    pub fn patterns(&self) -> impl Iterator<Item = TopicIndex> + '_ {
        (0..).zip(&self.topics).filter(|(_, topic)| topic.named == Named::Pattern).map(|(index, _)| TopicIndex(index))
    }
    /// The plan with these topics in the places of its patterns, names in their order: the first in the pattern's own, the others behind all topics, so
    /// that no index changes. A pattern that nothing was found for stays.
    pub fn with_found(&self, found: &[(TopicIndex, String)]) -> Plan {
        let mut plan = self.clone();
        for of in self.patterns() {
            let mut names = found.iter().filter(|(topic, _)| *topic == of).map(|(_, name)| name);
            if let Some(first) = names.next() {
                plan.put_found(of, first, names);
            }
        }
        plan
    }
    fn put_found<'a>(&mut self, of: TopicIndex, first: &str, others: impl Iterator<Item = &'a String>) {
        let pattern = self.topic(of).name.clone();
        let mut topic = self.topic(of).clone();
        topic.named = Named::Found { of, pattern };
        let behind = self.topics.len();
        self.topics.extend(others.map(|name| super::Topic { name: name.clone(), ..topic.clone() }));
        self.topics[of.0 as usize] = super::Topic { name: first.to_owned(), ..topic };
        let added: Vec<TopicIndex> = (behind..self.topics.len()).map(|index| TopicIndex(index as u32)).collect();
        for node in &mut self.nodes {
            match &mut node.kind {
                NodeKind::Source(topics) if topics.contains(&of) => topics.extend(&added),
                _ => {}
            }
        }
    }
    /// A pattern that takes what the topology names elsewhere (Kafka Streams refuses a second source too, and lets the loop be).
    pub(super) fn check_patterns(&mut self) {
        for index in self.patterns().collect::<Vec<_>>() {
            let text = self.topic(index).name.clone();
            let problems = match whole("", &text) {
                Ok(regex) => self.taken_by(&text, &regex),
                Err(reason) => vec![format!("the pattern `{text}` is no regular expression over names of topics: {reason}")],
            };
            self.problems.extend(problems);
        }
    }
    fn taken_by(&self, pattern: &str, regex: &Regex) -> Vec<String> {
        let named = self.topics.iter().filter(|t| t.origin == Origin::User && t.named == Named::Exactly);
        named.filter(|t| regex.is_match(&t.name)).map(|t| taken_twice(pattern, &t.name)).collect()
    }
}
/// A topic has one source, and what is written is not read.
pub(super) fn taken_twice(pattern: &str, topic: &str) -> String {
    format!(
        "the pattern `{pattern}` matches topic `{topic}`, which this topology reads by its name, writes or sends bad records to: narrow the pattern, \
         or give the topic a name that it does not match"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;

    #[test]
    fn whole_names_match() {
        let shops = whole("", "shop-.*-orders|till").unwrap();
        let matches = ["shop-eu-orders", "till", "shop-eu-orders-old", "my-shop-eu-orders", "tills"].map(|name| shops.is_match(name));
        assert_eq!(matches, [true, true, false, false, false]);
        let prefixed = whole("dev.", "a|b").unwrap();
        assert_eq!(["dev.a", "dev.b", "a", "devxa"].map(|name| prefixed.is_match(name)), [true, true, false, false]);
    }
    #[test]
    fn what_is_no_expression_is_said() {
        for (text, says) in [("shop-(", "open group"), ("a)|(b", "closing"), ("a b", "blanks"), ("", "empty")] {
            let error = whole("", text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
            let b = Topology::builder("app");
            b.stream(matching::<Space<String, 3>, u64>(text)).discard();
            let problems = b.build(()).problems().join("\n");
            assert!(problems.contains("is no regular expression over names of topics"), "{problems}");
        }
    }
    #[test]
    fn a_pattern_must_not_take_what_is_named() {
        let b = Topology::builder("app");
        let orders = b.stream(matching::<Space<String, 3>, u64>("shop-.*"));
        orders.merge(b.stream(named::<Space<String, 3>, u64>("shop-eu"))).to(named::<Space<String, 3>, u64>("shop-all"));
        let problems = b.build(()).problems().to_vec();
        assert_eq!(problems, [taken_twice("shop-.*", "shop-eu"), taken_twice("shop-.*", "shop-all")]);
    }
    #[test]
    fn places_stay_when_topics_are_found() {
        let b = Topology::builder("app");
        let orders = b.stream(matching::<Space<String, 3>, u64>("shop-.*"));
        orders.to(named::<Space<String, 3>, u64>("all"));
        let plan = b.build(()).plan().clone();
        assert_eq!(plan.with_found(&[]), plan);
        let found = plan.with_found(&["shop-de", "shop-fr"].map(|name| (TopicIndex(0), name.to_owned())));
        let names: Vec<&str> = found.topics.iter().map(|topic| &*topic.name).collect();
        assert_eq!(names, ["shop-de", "all", "shop-fr"]);
        assert_eq!(found.node(super::super::NodeId(0)).kind, NodeKind::Source(vec![TopicIndex(0), TopicIndex(2)]));
    }
}
