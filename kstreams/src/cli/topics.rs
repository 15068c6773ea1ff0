//! `topics`: what exists, what would be created, what does not fit.
use super::{
    args,
    said::{Failed, Said},
};
use crate::{Config, Topology};

#[cfg(not(feature = "kafka"))]
pub(super) fn topics(_: &Topology, _: &Config, _: &args::Topics, _: bool) -> Result<Said, Failed> {
    Err(super::group::needs_kafka())
}
#[cfg(feature = "kafka")]
pub(super) fn topics(topology: &Topology, config: &Config, what: &args::Topics, json: bool) -> Result<Said, Failed> {
    let config = match what {
        args::Topics::Create { all: true, .. } => config.clone().create_topics(),
        _ => config.clone(),
    };
    let look = look::Look::at(topology, &config)?;
    match what {
        args::Topics::Plan => Ok(look.said()),
        args::Topics::Create { dry_run, .. } => look.create(*dry_run, json),
        args::Topics::Verify { sample } => look.verify(topology, *sample, json),
    }
}

#[cfg(feature = "kafka")]
mod look {
    use crate::{
        Config, Topology,
        cli::{
            brokers::{AT_ONCE, Brokers, CREATE_ALL},
            progress::Progress,
            said::{Failed, Said, table},
        },
        partition::{Crc32, Murmur2, Partitioner},
        plan::{
            DeployedTopic, NodeKind, Origin, Topic, TopicId, TopicIndex,
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
            let lines = problems.iter().map(|p| format!("! {p}\n")).chain(notes.iter().map(|n| format!("  {n}\n")));
            let lines: String = self.missing().into_iter().map(created).chain(lines).chain(self.way_out()).collect();
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
        /// What would be created; nothing where something does not fit.
        fn missing(&self) -> Vec<&DeployedTopic> {
            self.solved.iter().flat_map(|solution| solution.create.iter().map(|topic| solution.deployment.topic(*topic))).collect()
        }
        /// Where a topic of the user's is missing, and nobody has said that it may be created.
        fn way_out(&self) -> Option<String> {
            let mut topics = self.brokers.deployment().topics.iter();
            let missing = topics.any(|t| t.origin == Origin::User && !self.facts.topics.contains_key(&*t.name));
            (missing && self.solved.is_err()).then(|| format!("{CREATE_ALL}\n"))
        }
        pub(super) fn create(&self, dry_run: bool, json: bool) -> Result<Said, Failed> {
            if let Err(refusal) = &self.solved {
                return Err(Failed::new(format!("{refusal}\n{}", self.way_out().unwrap_or_default())));
            }
            let missing = self.missing();
            let names: Vec<&str> = missing.iter().map(|topic| &*topic.name).collect();
            if !dry_run {
                let progress = Progress::of(missing.len(), "topics created", json);
                for topics in missing.chunks(AT_ONCE) {
                    self.brokers.create(topics)?;
                    progress.more(topics.len());
                }
            }
            let end = match (missing.is_empty(), dry_run) {
                (true, _) => "nothing is missing",
                (_, true) => "nothing was done: without --dry-run they are created",
                (_, false) => "done",
            };
            let text = missing.iter().copied().map(created).collect::<String>() + end;
            Ok(Said::new(text, json!({ "create": names, "done": !dry_run })))
        }
        pub(super) fn verify(&self, topology: &Topology, sample: usize, json: bool) -> Result<Said, Failed> {
            let mut said = self.said();
            let misplaced = self.misplaced(topology, sample, json)?;
            misplaced.iter().for_each(|text| said.text += &format!("! {text}\n"));
            said.json["misplaced"] = json!(misplaced);
            let differs = ["problems", "notes", "misplaced"].iter().any(|of| said.json[of].as_array().is_some_and(|of| !of.is_empty()));
            if !differs {
                said.text += "nothing differs\n";
            }
            Ok(said.finding(differs))
        }
        /// Partitions whose records lie elsewhere than the declared partitioner puts them: somebody else writes with another one.
        fn misplaced(&self, topology: &Topology, sample: usize, json: bool) -> Result<Vec<String>, Failed> {
            let (plan, deployment) = (topology.plan(), self.brokers.deployment());
            let read = |topic: &TopicIndex| plan.nodes.iter().any(|n| matches!(&n.kind, NodeKind::Source(t) if t.contains(topic)));
            let read = (0..plan.topics.len() as u32).map(TopicIndex).filter(read);
            let read: Vec<_> =
                read.flat_map(|topic| deployment.planned(topic).into_iter().map(move |id| (plan.topic(topic), id))).collect();
            let partitions = read.iter().map(|(_, id)| deployment.topic(*id).partitions as usize).sum();
            let progress = Progress::of(partitions, "partitions looked at", json);
            let mut found = vec![];
            for (declared, id) in read {
                found.extend(self.misplaced_in(declared, id, sample)?);
                progress.more(deployment.topic(id).partitions as usize);
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
    fn created(topic: &DeployedTopic) -> String {
        let s = if topic.partitions == 1 { "" } else { "s" };
        let config: String = topic.config.iter().map(|(key, value)| format!(" {key}={value}")).collect();
        format!("create {} with {} partition{s},{config}\n", topic.name, topic.partitions)
    }
}
