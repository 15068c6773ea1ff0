//! `reset`: begin anew, as Kafka Streams' reset tool. Input offsets are set, the topology's internal topics deleted, this machine's state cleared.
//! Refused while the application has members.
#[cfg(feature = "kafka")]
use super::said::table;
use super::{
    args,
    said::{Failed, Said},
};
use crate::{Config, Topology};

/// Where input is to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begin {
    Earliest,
    Latest,
    At(i64),
    Offset(i64),
    Shift(i64),
}
/// What one partition offers.
#[derive(Clone, Copy, Debug)]
struct Partition {
    first: i64,
    end: i64,
    committed: Option<i64>,
    /// Of [`Begin::At`].
    at_time: Option<i64>,
}
impl Begin {
    fn of(options: &args::Reset) -> Result<Begin, Failed> {
        let now = jiff::Timestamp::now();
        let unread = |what: &str, e: jiff::Error| Failed::usage(format!("{what}: {e}"));
        Ok(match options {
            args::Reset { to_latest: true, .. } => Begin::Latest,
            args::Reset { to_datetime: Some(time), .. } => {
                Begin::At(time.parse::<jiff::Timestamp>().map_err(|e| unread("--to-datetime", e))?.as_millisecond())
            }
            args::Reset { by_duration: Some(text), .. } => {
                let back: jiff::SignedDuration = text.parse().map_err(|e| unread("--by-duration", e))?;
                Begin::At(now.as_millisecond().saturating_sub(i64::try_from(back.as_millis()).unwrap_or(i64::MAX)))
            }
            args::Reset { to_offset: Some(offset), .. } => Begin::Offset(*offset),
            args::Reset { shift_by: Some(by), .. } => Begin::Shift(*by),
            _ => Begin::Earliest,
        })
    }
    /// The offset; never outside of what the partition has.
    fn offset(self, there: Partition) -> i64 {
        let wanted = match self {
            Begin::Earliest => there.first,
            Begin::Latest => there.end,
            Begin::At(_) => there.at_time.unwrap_or(there.end),
            Begin::Offset(offset) => offset,
            Begin::Shift(by) => there.committed.unwrap_or(there.first).saturating_add(by),
        };
        wanted.clamp(there.first, there.end.max(there.first))
    }
}

#[cfg(not(feature = "kafka"))]
pub(super) fn reset(_: &Topology, _: &Config, options: &args::Reset, _: bool) -> Result<Said, Failed> {
    let there = Partition { first: 0, end: 0, committed: None, at_time: None };
    let _ = Begin::of(options)?.offset(there);
    Err(super::group::needs_kafka())
}
#[cfg(feature = "kafka")]
pub(super) fn reset(topology: &Topology, config: &Config, options: &args::Reset, json: bool) -> Result<Said, Failed> {
    let brokers = super::brokers::Brokers::connect(topology, config)?;
    let plan = plan::Plan::make(&brokers, topology, config, Begin::of(options)?)?;
    if options.execute {
        plan.execute(&brokers, topology, config, json)?;
    }
    Ok(plan.said(options.execute))
}

#[cfg(feature = "kafka")]
mod plan {
    use super::{Begin, Failed, Partition, Said, table};
    use crate::{
        Config, Topology,
        cli::{
            brokers::{AT_ONCE, Brokers},
            group::offset,
            orphans::{state_folder, task_folders},
            progress::Progress,
        },
        plan::Origin,
    };
    use serde_json::json;
    use std::{collections::BTreeSet, fs, path::PathBuf};

    /// What a reset does.
    pub(super) struct Plan {
        /// Topic, partition, committed, and where it goes.
        offsets: Vec<(String, u32, Option<i64>, i64)>,
        topics: Vec<String>,
        folders: Vec<PathBuf>,
        members: Vec<String>,
    }
    impl Plan {
        pub(super) fn make(brokers: &Brokers, topology: &Topology, config: &Config, begin: Begin) -> Result<Plan, Failed> {
            let (mut offsets, of_group) = (vec![], brokers.committed()?);
            for (topic, partition) in brokers.inputs() {
                let (first, end) = brokers.bounds(&topic, partition)?;
                let committed = of_group.get(&(topic.clone(), partition)).copied();
                let at_time = if let Begin::At(time) = begin { brokers.offset_at(&topic, partition, time)? } else { None };
                let to = begin.offset(Partition { first, end, committed, at_time });
                offsets.push((topic, partition, committed, to));
            }
            // Those that the topology names, and no other: another application's id may begin as this one's does.
            let there: BTreeSet<String> = brokers.internal_topics()?.into_iter().collect();
            let own = brokers.deployment().topics.iter().filter(|topic| topic.origin != Origin::User);
            let topics = own.map(|topic| topic.name.to_string()).filter(|name| there.contains(name)).collect();
            let folders = task_folders(topology, config).into_iter().map(|(_, path)| path).collect();
            let members = brokers.members()?.into_iter().map(|m| format!("{} at {}", m.name, m.endpoint.unwrap_or(m.host))).collect();
            Ok(Plan { offsets, topics, folders, members })
        }
        pub(super) fn execute(&self, brokers: &Brokers, topology: &Topology, config: &Config, json: bool) -> Result<(), Failed> {
            if !self.members.is_empty() {
                return Err(Failed::running(format!("the application runs; stop these members first:\n  {}", self.members.join("\n  "))));
            }
            let _nobody_else = lock(topology, config)?;
            let offsets: Vec<_> = self.offsets.iter().map(|(topic, partition, _, to)| (topic.clone(), *partition, *to)).collect();
            brokers.commit(&offsets)?;
            self.delete(brokers, json)
        }
        fn delete(&self, brokers: &Brokers, json: bool) -> Result<(), Failed> {
            let progress = Progress::of(self.topics.len() + self.folders.len(), "topics and folders deleted", json);
            for topics in self.topics.chunks(AT_ONCE) {
                brokers.delete(topics)?;
                progress.more(topics.len());
            }
            for folder in &self.folders {
                fs::remove_dir_all(folder).map_err(|e| Failed::new(format!("{} cannot be deleted: {e}", folder.display())))?;
                progress.more(1);
            }
            Ok(())
        }
        pub(super) fn said(&self, done: bool) -> Said {
            let rows: Vec<Vec<String>> = self
                .offsets
                .iter()
                .map(|(topic, partition, committed, to)| vec![format!("{topic}/{partition}"), offset(*committed), to.to_string()])
                .collect();
            let topics: String = self.topics.iter().map(|topic| format!("delete topic {topic}\n")).collect();
            let folders: String = self.folders.iter().map(|folder| format!("delete folder {}\n", folder.display())).collect();
            let end = match (done, self.members.is_empty()) {
                (true, _) => "done".to_owned(),
                (false, true) => "nothing was done: --execute does it".to_owned(),
                (false, false) => format!("nothing was done, and would be refused: the application runs\n  {}", self.members.join("\n  ")),
            };
            let json = json!({
                "offsets": self.offsets.iter().map(|(topic, partition, committed, to)| {
                    json!({ "topic": topic, "partition": partition, "committed": committed, "to": to })
                }).collect::<Vec<_>>(),
                "topics": self.topics,
                "folders": self.folders.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>(),
                "members": self.members,
                "done": done,
            });
            Said::new(format!("{}{topics}{folders}{end}", table(&["input", "committed", "to"], &rows)), json)
        }
    }
    /// Holds the state folder, if there is one: a process that has it must not lose it.
    #[cfg(feature = "redb")]
    fn lock(topology: &Topology, config: &Config) -> Result<Option<crate::shell::StateFolder>, Failed> {
        let folder = state_folder(topology, config);
        let parent = folder.parent().filter(|_| folder.is_dir());
        parent.map(|parent| crate::shell::StateFolder::lock(parent, topology.id(), 0).map_err(Failed::running)).transpose()
    }
    #[cfg(not(feature = "redb"))]
    fn lock(topology: &Topology, config: &Config) -> Result<Option<std::path::PathBuf>, Failed> {
        Ok(Some(state_folder(topology, config)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_stay_within_what_there_is() {
        let there = Partition { first: 10, end: 20, committed: Some(15), at_time: Some(12) };
        let to = |begin: Begin| begin.offset(there);
        assert_eq!([to(Begin::Earliest), to(Begin::Latest), to(Begin::At(0))], [10, 20, 12]);
        assert_eq!([to(Begin::Offset(3)), to(Begin::Offset(17)), to(Begin::Offset(99))], [10, 17, 20]);
        assert_eq!([to(Begin::Shift(-2)), to(Begin::Shift(-20)), to(Begin::Shift(9))], [13, 10, 20]);
        // nothing is committed, and no record is that young
        let fresh = Partition { committed: None, at_time: None, ..there };
        assert_eq!([Begin::Shift(2).offset(fresh), Begin::At(0).offset(fresh)], [12, 20]);
    }

    #[test]
    fn times_are_read() {
        let options = |change: fn(&mut args::Reset)| {
            let mut options = args::Reset {
                dry_run: true,
                execute: false,
                to_earliest: false,
                to_latest: false,
                to_datetime: None,
                by_duration: None,
                to_offset: None,
                shift_by: None,
            };
            change(&mut options);
            options
        };
        let of = |change| Begin::of(&options(change));
        assert_eq!(of(|_| ()).unwrap(), Begin::Earliest);
        assert_eq!(of(|o| o.to_datetime = Some("1970-01-01T00:00:01Z".into())).unwrap(), Begin::At(1_000));
        let Begin::At(at) = of(|o| o.by_duration = Some("PT2H".into())).unwrap() else { panic!() };
        let back = jiff::Timestamp::now().as_millisecond() - at;
        assert!((7_200_000..7_260_000).contains(&back), "{back}");
        assert!(of(|o| o.to_datetime = Some("yesterday".into())).is_err());
    }
}
