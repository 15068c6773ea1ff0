//! Partition counts, solved per co-partition group: what exists decides, and its members must agree; a declared count serves what is created.
use super::{Facts, Report, TopicOptions, indices};
use crate::plan::{Named, Origin, Plan, Topic, TopicIndex};
use std::collections::BTreeSet;

/// The count of each topic of the plan, by its index.
pub(super) fn counts(plan: &Plan, facts: &Facts, options: &TopicOptions, report: &mut Report) -> Vec<u32> {
    let mut solving = Solving { plan, facts, options, report, counts: plan.topics.iter().map(|topic| topic.partitions).collect() };
    let groups = plan.co_partitioned();
    let alone = indices(plan).filter(|topic| !groups.iter().any(|group| group.contains(topic))).map(|topic| BTreeSet::from([topic]));
    let alone: Vec<_> = alone.collect();
    groups.iter().chain(&alone).for_each(|group| solving.solve(group));
    solving.counts
}

struct Solving<'a> {
    plan: &'a Plan,
    facts: &'a Facts,
    options: &'a TopicOptions,
    report: &'a mut Report,
    counts: Vec<u32>,
}
impl Solving<'_> {
    fn solve(&mut self, group: &BTreeSet<TopicIndex>) {
        let found: Vec<(TopicIndex, u32)> = group.iter().filter_map(|topic| Some((*topic, self.found(*topic)?))).collect();
        self.check_missing(group);
        self.check_equal(group, &found);
        found.iter().for_each(|(topic, count)| self.check_declared(*topic, *count));
        let declared = group.iter().map(|topic| self.topic(*topic).partitions).max();
        let count = found.first().map(|(_, count)| *count).or(declared).unwrap_or(1);
        for topic in group {
            let own = found.iter().find(|(t, _)| t == topic).map(|(_, count)| *count);
            self.counts[topic.0 as usize] = own.unwrap_or(count);
        }
    }

    fn topic(&self, topic: TopicIndex) -> &Topic {
        self.plan.topic(topic)
    }
    fn name(&self, topic: TopicIndex) -> String {
        self.options.name(self.plan, topic)
    }
    /// The count of an existing topic of the user's. Internal topics have to follow it, so theirs are verified, not asked.
    fn found(&self, topic: TopicIndex) -> Option<u32> {
        let user = self.topic(topic).origin == Origin::User;
        self.facts.topics.get(&self.name(topic)).filter(|_| user).map(|facts| facts.partitions)
    }

    fn check_missing(&mut self, group: &BTreeSet<TopicIndex>) {
        for topic in group {
            // Of a pattern that found nothing it has been said already, in other words.
            if self.topic(*topic).named == Named::Pattern {
                continue;
            }
            if self.topic(*topic).origin == Origin::User && self.found(*topic).is_none() && !self.options.create_user_topics {
                let (name, partitions) = (self.name(*topic), self.topic(*topic).partitions);
                let s = if partitions == 1 { "" } else { "s" };
                self.report.problems.push(format!(
                    "topic `{name}` does not exist: create it (declared with {partitions} partition{s}), or let the application do so: `Config::create_topics()`"
                ));
            }
        }
    }

    fn check_equal(&mut self, group: &BTreeSet<TopicIndex>, found: &[(TopicIndex, u32)]) {
        let declared: Vec<(TopicIndex, u32)> = group.iter().map(|topic| (*topic, self.topic(*topic).partitions)).collect();
        let (counts, are) = if found.is_empty() { (&declared[..], "are declared with") } else { (found, "have") };
        let first = counts.first().map(|(_, count)| *count);
        if counts.iter().all(|(_, count)| Some(*count) == first) {
            return;
        }
        let list: Vec<String> =
            counts.iter().map(|(topic, count)| format!("`{}` {count}{}", self.name(*topic), self.found_by(*topic))).collect();
        self.report.problems.push(format!(
            "these topics are joined or share state, so equal keys must lie in equal partitions, but they {are} different counts: {}; \
             give them one count, or send one side through `.repartition(\"name\")`{}",
            list.join(", "),
            if counts.iter().any(|(topic, _)| !self.found_by(*topic).is_empty()) { ", or narrow the pattern" } else { "" }
        ));
    }

    fn found_by(&self, topic: TopicIndex) -> String {
        match &self.topic(topic).named {
            Named::Found { pattern, .. } => format!(" (it matches `{pattern}`)"),
            Named::Exactly | Named::Pattern => String::new(),
        }
    }

    /// The declared count is an identity for the type check; another one is good if all have it.
    fn check_declared(&mut self, topic: TopicIndex, found: u32) {
        let declared = self.topic(topic).partitions;
        if found == declared {
            return;
        }
        let text = format!("topic `{}` has {found} partitions, {declared} are declared", self.name(topic));
        if self.options.strict_partitions {
            self.report.problems.push(format!("{text}: declare {found}, or give up `strict_partitions`"));
        } else {
            self.report.notes.push(text);
        }
    }
}
