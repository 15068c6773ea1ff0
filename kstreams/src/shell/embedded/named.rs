//! Topics that records name (`to_dynamic`): each gets an id of its own behind the deployment's when the first record goes there.
use super::{
    log::{EmbeddedLog, LogError, TopicConfig},
    outgoing::Gathered,
    topics::Numbers,
};
use crate::{
    Murmur2,
    partition::Partitioner,
    plan::{Deployment, TopicId},
    task::Outgoing,
};
use std::collections::BTreeMap;

/// The ids, with the topics' partition counts.
#[derive(Debug, Default)]
pub(super) struct Named(BTreeMap<String, (TopicId, u32)>);
impl Named {
    /// The record with an id where it had a name. A topic that is not there is made with one partition: there is nobody else to make it.
    pub(super) fn resolve<'a>(
        &mut self,
        log: &EmbeddedLog,
        deployment: &Deployment,
        (numbers, gathered): (&mut Numbers, &mut Gathered),
        record: Outgoing<'a>,
    ) -> Result<Outgoing<'a>, LogError> {
        let Some(name) = record.name else { return Ok(record) };
        let (topic, partitions) = match self.0.get(name) {
            Some(known) => *known,
            None => {
                let partitions = partitions(log, name)?;
                let topic = match deployment.topic_named(name) {
                    Some(topic) => topic,
                    None => {
                        gathered.add_topic(partitions);
                        numbers.add(log.topic_number(name)?)
                    }
                };
                self.0.insert(name.to_owned(), (topic, partitions));
                (topic, partitions)
            }
        };
        let partition = record.key.map(|key| Murmur2::partition(key, partitions));
        Ok(Outgoing { topic, partition, ..record })
    }
}
fn partitions(log: &EmbeddedLog, name: &str) -> Result<u32, LogError> {
    if let Some(found) = log.topics().into_iter().find(|topic| &*topic.name == name) {
        return Ok(found.partitions);
    }
    log.create_topic(name, 1, TopicConfig::new())?;
    Ok(1)
}
