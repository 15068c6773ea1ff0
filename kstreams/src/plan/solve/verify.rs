//! Internal topics that exist already must be what they would be created as: their count, and that nothing vanishes from them.
use super::{Facts, Report, TopicFacts};
use crate::plan::{DeployedTopic, Deployment, Origin, Plan, StoreKind};
use std::time::Duration;

/// Keeps records for ever, in `retention.ms`.
pub(super) const FOR_EVER: &str = "-1";

pub(super) fn verify(plan: &Plan, deployment: &Deployment, facts: &Facts, report: &mut Report) {
    // Other counts than the solved ones would be blamed on innocent topics.
    let counts_known = report.problems.is_empty();
    for topic in &deployment.topics {
        let Some(found) = facts.topics.get(&*topic.name) else { continue };
        let check = Check { topic, found };
        let kept = match topic.origin {
            Origin::User => continue,
            Origin::Repartition | Origin::Subscription => check.kept_for_ever(),
            Origin::Changelog => check.kept_long_enough().or_else(|| check.compacted_late_enough()),
        };
        let count = check.count().filter(|_| counts_known);
        report.problems.extend([count, check.policy(), kept].into_iter().flatten());
    }
    let tables = plan.stores.iter().filter_map(|store| Some((Some(store.kind), store.source?)));
    for (kind, topic) in tables.chain(plan.globals.iter().map(|topic| (None, *topic))) {
        let topic = &deployment.topics[topic.0 as usize];
        let Some(found) = facts.topics.get(&*topic.name) else { continue };
        let check = Check { topic, found };
        report.notes.extend(check.table_that_vanishes());
        if let Some(StoreKind::Versioned { history }) = kind {
            report.notes.extend(check.past_that_vanishes(history));
        }
    }
}

/// One existing topic.
struct Check<'a> {
    topic: &'a DeployedTopic,
    found: &'a TopicFacts,
}
impl Check<'_> {
    fn found(&self, key: &str) -> Option<&str> {
        self.found.config.get(key).map(String::as_str)
    }
    fn name(&self) -> &str {
        &self.topic.name
    }

    fn count(&self) -> Option<String> {
        let (expected, found) = (self.topic.partitions, self.found.partitions);
        (expected != found).then(|| {
            format!(
                "internal topic `{}` has {found} partitions, {expected} are needed: was the count of a source topic changed? Go back to the old count, or \
                 stop all instances, delete the application's internal topics and state folders, and let it build its state anew",
                self.name()
            )
        })
    }

    fn policy(&self) -> Option<String> {
        let (expected, found) = (get(&self.topic.config, "cleanup.policy")?, self.found("cleanup.policy")?);
        let window = policies(expected).len() > 1;
        let fits = policies(expected) == policies(found) || window && policies(found) == ["compact"];
        (!fits).then(|| {
            let way_out = format!("set it (kafka-configs --alter --topic {} --add-config cleanup.policy=[{expected}])", self.name());
            format!(
                "internal topic `{}` has cleanup.policy={found}, {expected} is needed: {}; {way_out}",
                self.name(),
                reason(&self.topic.origin)
            )
        })
    }

    /// Records of a repartition topic are deleted when they are committed, never by the clock: their timestamps are event times.
    fn kept_for_ever(&self) -> Option<String> {
        let found = self.found("retention.ms").filter(|found| *found != FOR_EVER)?;
        Some(format!(
            "internal topic `{}` has retention.ms={found}, {FOR_EVER} is needed: records would be deleted before they are read; \
             set it (kafka-configs --alter --topic {} --add-config retention.ms={FOR_EVER})",
            self.name(),
            self.name()
        ))
    }

    /// A window changelog must keep its records at least as long as the store does.
    fn kept_long_enough(&self) -> Option<String> {
        let deletes = self.found("cleanup.policy").is_none_or(|policy| policies(policy).contains(&"delete"));
        let expected: i64 = get(&self.topic.config, "retention.ms").filter(|_| deletes)?.parse().ok()?;
        let found: i64 = self.found("retention.ms")?.parse().ok()?;
        (found >= 0 && found < expected).then(|| {
            format!(
                "internal topic `{}` has retention.ms={found}, at least {expected} is needed: windows would be lost when state is rebuilt; \
                 set it (kafka-configs --alter --topic {} --add-config retention.ms={expected})",
                self.name(),
                self.name()
            )
        })
    }

    /// What a key was must stay in a versioned store's changelog as long as it is remembered.
    fn compacted_late_enough(&self) -> Option<String> {
        let expected: i64 = get(&self.topic.config, "min.compaction.lag.ms")?.parse().ok()?;
        let found: i64 = self.found("min.compaction.lag.ms")?.parse().ok()?;
        (found < expected).then(|| {
            format!(
                "internal topic `{}` has min.compaction.lag.ms={found}, at least {expected} is needed: what keys were would be lost when state is \
                 rebuilt; set it (kafka-configs --alter --topic {} --add-config min.compaction.lag.ms={expected})",
                self.name(),
                self.name()
            )
        })
    }

    /// The user's business, but worth a word.
    fn table_that_vanishes(&self) -> Option<String> {
        let policy = self.found("cleanup.policy").filter(|policy| !policies(policy).contains(&"compact"))?;
        let retention = self.found("retention.ms").filter(|retention| *retention != FOR_EVER)?;
        Some(format!(
            "topic `{}` is read as a table, but it has cleanup.policy={policy} and retention.ms={retention}: rows that are not written again \
             are missing when state is rebuilt; a table's topic should be compacted",
            self.name()
        ))
    }

    /// The same of what a versioned table's keys were.
    fn past_that_vanishes(&self, history: Duration) -> Option<String> {
        self.found("cleanup.policy").filter(|policy| policies(policy).contains(&"compact"))?;
        let (needed, found) = (history.as_millis(), self.found("min.compaction.lag.ms")?);
        found.parse::<u128>().is_ok_and(|found| found < needed).then(|| {
            format!(
                "topic `{}` is read as a versioned table that remembers {needed} ms, but it may be compacted after min.compaction.lag.ms={found}: \
                 what keys were is missing when state is rebuilt; set it to {needed} at least",
                self.name()
            )
        })
    }
}

/// A value of a configuration.
fn get<'a>(config: &'a [(String, String)], key: &str) -> Option<&'a str> {
    config.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
}

/// The policies of a list, in one order.
fn policies(list: &str) -> Vec<&str> {
    let mut policies: Vec<&str> = list.split(',').map(str::trim).collect();
    policies.sort_unstable();
    policies
}

fn reason(origin: &Origin) -> &'static str {
    match origin {
        Origin::User => "",
        Origin::Repartition | Origin::Subscription => "a compacted one would lose all but the last record of a key",
        Origin::Changelog => "with another policy state would be lost or never shrink",
    }
}
