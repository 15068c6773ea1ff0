//! `topics`: what exists, what would be created, what does not fit.
use super::{
    args,
    said::{Failed, Said},
};
use crate::{Config, Topology};

#[cfg(not(feature = "kafka"))]
pub(super) fn topics(_: &Topology, _: &Config, _: &args::Topics) -> Result<Said, Failed> {
    Err(super::group::needs_kafka())
}
#[cfg(feature = "kafka")]
pub(super) fn topics(topology: &Topology, config: &Config, what: &args::Topics) -> Result<Said, Failed> {
    let config = match what {
        args::Topics::Create { all: true, .. } => config.clone().create_topics(),
        _ => config.clone(),
    };
    let look = look::Look::at(topology, &config)?;
    match what {
        args::Topics::Plan => Ok(look.said()),
        args::Topics::Create { dry_run, .. } => look.create(*dry_run),
        args::Topics::Verify { sample } => look.verify(topology, *sample),
    }
}

#[cfg(feature = "kafka")]
mod look {
    use crate::{
        Config, Topology,
        cli::{
            brokers::Brokers,
            said::{Failed, Said, table},
        },
        partition::{Crc32, Murmur2, Partitioner},
        plan::{
            NodeKind, Topic, TopicId, TopicIndex,
            solve::{Facts, Refusal, Solution, solve},
        },
    };
    use serde_json::json;

    /// What the brokers hold, and what the topology says to it.
    pub(super) struct Look {
        brokers: Brokers,
        facts: Facts,
        solved: Result<Solution, Refusal>,
    }
    impl Look {
        pub(super) fn at(topology: &Topology, config: &Config) -> Result<Look, Failed> {
            let (brokers, options) = (Brokers::connect(topology, config)?, config.topic_options());
            let facts = brokers.facts(topology, &options)?;
            let solved = solve(topology.plan(), &facts, &options);
            Ok(Look { brokers, facts, solved })
        }
        pub(super) fn said(&self) -> Said {
            let topics = &self.solved.as_ref().map_or(self.brokers.deployment(), |s| &s.deployment).topics;
            let exists = |name: &str| self.facts.topics.contains_key(name);
            let rows: Vec<Vec<String>> = topics
                .iter()
                .map(|t| {
                    let state = if exists(&t.name) { "exists" } else { "is missing" };
                    vec![t.name.to_string(), t.partitions.to_string(), format!("{:?}", t.origin).to_lowercase(), state.to_owned()]
                })
                .collect();
            let (problems, notes) = match &self.solved {
                Ok(solution) => (vec![], solution.notes.clone()),
                Err(refusal) => (refusal.problems.clone(), vec![]),
            };
            let lines: String = problems.iter().map(|p| format!("! {p}\n")).chain(notes.iter().map(|n| format!("  {n}\n"))).collect();
            let json = json!({
                "topics": topics.iter().map(|t| json!({
                    "name": &*t.name, "partitions": t.partitions, "exists": exists(&t.name),
                    "config": t.config.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
                })).collect::<Vec<_>>(),
                "problems": problems,
                "notes": notes,
            });
            Said::new(format!("{}{lines}", table(&["topic", "partitions", "origin", "state"], &rows)), json)
        }
        pub(super) fn create(&self, dry_run: bool) -> Result<Said, Failed> {
            let solution = self.solved.as_ref().map_err(|refusal| Failed::new(refusal.to_string()))?;
            let missing: Vec<_> = solution.create.iter().map(|topic| solution.deployment.topic(*topic)).collect();
            let names: Vec<&str> = missing.iter().map(|topic| &*topic.name).collect();
            let lines = missing.iter().map(|t| format!("create {} with {} partitions {:?}\n", t.name, t.partitions, t.config));
            let text: String = lines.collect();
            if !dry_run {
                self.brokers.create(&missing)?;
            }
            let text = if missing.is_empty() { "nothing is missing".to_owned() } else { text };
            Ok(Said::new(text, json!({ "create": names, "done": !dry_run })))
        }
        pub(super) fn verify(&self, topology: &Topology, sample: usize) -> Result<Said, Failed> {
            let mut said = self.said();
            let misplaced = self.misplaced(topology, sample)?;
            misplaced.iter().for_each(|text| said.text += &format!("! {text}\n"));
            let problems = said.json["problems"].as_array().map_or(0, Vec::len);
            said.json["misplaced"] = json!(misplaced);
            Ok(said.finding(problems > 0 || !misplaced.is_empty()))
        }
        /// Partitions whose records lie elsewhere than the declared partitioner puts them: somebody else writes with another one.
        fn misplaced(&self, topology: &Topology, sample: usize) -> Result<Vec<String>, Failed> {
            let plan = topology.plan();
            let mut found = vec![];
            let read = |topic: &TopicIndex| plan.nodes.iter().any(|n| matches!(&n.kind, NodeKind::Source(t) if t.contains(topic)));
            for topic in (0..plan.topics.len() as u32).map(TopicIndex).filter(read) {
                for deployed in self.brokers.deployment().planned(topic) {
                    found.extend(self.misplaced_in(plan.topic(topic), deployed, sample)?);
                }
            }
            Ok(found)
        }
        fn misplaced_in(&self, declared: &Topic, topic: TopicId, sample: usize) -> Result<Vec<String>, Failed> {
            let deployed = self.brokers.deployment().topic(topic);
            let mut found = vec![];
            // A windowed key is placed by the key in it, whose length only its type knows.
            let partition_of = match declared.partitioner {
                _ if declared.types.0.contains("Windowed<") || !self.facts.topics.contains_key(&*deployed.name) => return Ok(found),
                Murmur2::NAME => Murmur2::partition,
                Crc32::NAME => Crc32::partition,
                _ => return Ok(found),
            };
            for partition in 0..deployed.partitions {
                let Some(keys) = self.brokers.sample(&deployed.name, partition, sample)? else {
                    found.push(format!("{}/{partition}: none of its records came, so nobody looked at where they lie", deployed.name));
                    continue;
                };
                let wrong = keys.iter().filter(|key| partition_of(key, deployed.partitions) != partition).count();
                if wrong > 0 {
                    found.push(format!(
                        "{}/{partition}: {wrong} of {} records looked at belong elsewhere by {}: whoever writes them uses another partitioner \
                         (librdkafka: set partitioner=murmur2_random; or declare theirs with `#[topic(partitioner = ..)]`)",
                        deployed.name,
                        keys.len(),
                        declared.partitioner
                    ));
                }
            }
            Ok(found)
        }
    }
}
