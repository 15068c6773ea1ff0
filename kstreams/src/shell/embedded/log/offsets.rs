//! Committed offsets: plain ones at once, those of a transaction when it has ended.
use super::{LogError, Membership, TopicPartition, state::State};

impl State {
    /// Commits offsets outside a transaction.
    pub(super) fn commit_offsets(&mut self, who: &Membership, offsets: &[(TopicPartition, i64)]) -> Result<(), LogError> {
        let group = &mut self.groups[who.group as usize];
        group.check(who.member, who.generation)?;
        group.offsets.extend(offsets.iter().copied());
        Ok(())
    }
    /// Committed offsets, or `None` while a transaction that will change one of them has not ended.
    pub(super) fn committed(&self, group: u32, of: &[TopicPartition]) -> Option<Vec<Option<i64>>> {
        let pending = of.iter().any(|p| self.producers.is_pending(group, *p));
        let offsets = &self.groups[group as usize].offsets;
        (!pending).then(|| of.iter().map(|p| offsets.get(p).copied()).collect())
    }
}
