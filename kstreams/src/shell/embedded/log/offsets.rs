//! Committed offsets: plain ones at once, those of a transaction when it has ended.
use super::{Isolation, LogError, Membership, TopicPartition, partition::Partition, state::State};
use crate::task::Batch;
use std::sync::Arc;

/// An offset to commit, with what its group wants to read there again: Kafka's commit metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitOffset {
    /// Where.
    pub at: TopicPartition,
    /// The next record to read.
    pub offset: i64,
    /// The metadata; mostly empty.
    pub note: Arc<str>,
}
impl From<(TopicPartition, i64)> for CommitOffset {
    fn from((at, offset): (TopicPartition, i64)) -> Self {
        CommitOffset { at, offset, note: "".into() }
    }
}

impl State {
    /// Commits offsets outside a transaction.
    pub(super) fn commit_offsets(&mut self, who: &Membership, offsets: &[CommitOffset]) -> Result<(), LogError> {
        let group = &mut self.groups[who.group as usize];
        group.check(who.member, who.generation)?;
        offsets.iter().cloned().for_each(|commit| group.commit(commit));
        self.producers.supersede(who.group, offsets);
        Ok(())
    }
    /// Committed offsets, or `None` while a transaction that will change one of them has not ended.
    pub(super) fn committed(&self, group: u32, of: &[TopicPartition]) -> Option<Vec<Option<i64>>> {
        let pending = of.iter().any(|p| self.producers.is_pending(group, *p));
        let offsets = &self.groups[group as usize].offsets;
        (!pending).then(|| of.iter().map(|p| Some(offsets.get(p)?.0)).collect())
    }
    /// What was committed with these offsets.
    pub(super) fn notes(&self, group: u32, of: &[TopicPartition]) -> Vec<Arc<str>> {
        let offsets = &self.groups[group as usize].offsets;
        of.iter().filter_map(|p| offsets.get(p)).map(|(_, note)| note.clone()).collect()
    }
    /// Committed records of a topic that a group has not committed an offset behind; `None` while a transaction on it has not ended.
    /// With `latest` all of a partition is read that nothing is committed of.
    pub(super) fn unread(&self, group: u32, topic: u32, latest: bool) -> Option<usize> {
        let partitions = self.topics[topic as usize].partitions.iter().enumerate();
        let unread = |(number, p): (usize, &Partition)| {
            let at = TopicPartition { topic, partition: number as u32 };
            let committed = self.committed(group, &[at])?[0].unwrap_or(if latest { p.end } else { 0 }).max(p.first);
            (p.last_stable() == p.end).then(|| p.fetch(committed, usize::MAX, Isolation::ReadCommitted, i64::MAX))
        };
        let fetched = partitions.map(unread).collect::<Option<Vec<_>>>()?;
        Some(fetched.iter().flat_map(|f| &f.batches).map(Batch::len).sum())
    }
}
