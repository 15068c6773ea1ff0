//! A consumer group: its members, its generation, and who owns what.
use super::{
    CommitOffset, LogError, TopicPartition,
    assignment::{Share, assign},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A member of a group; never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberId(pub u64);

/// What changed for a member since it polled last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupChange {
    /// Partitions that it has from now on.
    pub assigned: Vec<TopicPartition>,
    /// Partitions that it shall release; until then it owns them and may commit.
    pub revoking: Vec<TopicPartition>,
}

#[derive(Debug, Default)]
struct Member {
    client_id: String,
    subscribed: BTreeSet<u32>,
    /// What it shall have in the end.
    target: Share,
    /// What it has.
    owned: Share,
    /// What it was asked to release.
    asked: Share,
}

#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) name: String,
    /// Counts changes of membership; a commit of an older generation is refused.
    pub(super) generation: u64,
    members: BTreeMap<MemberId, Member>,
    /// Committed offsets, the next record to read, with their metadata.
    pub(super) offsets: BTreeMap<TopicPartition, (i64, Arc<str>)>,
    next_member: u64,
}
impl Group {
    pub(super) fn new(name: &str) -> Group {
        Group { name: name.into(), ..Group::default() }
    }
    pub(super) fn commit(&mut self, CommitOffset { at, offset, note }: CommitOffset) {
        self.offsets.insert(at, (offset, note));
    }
    pub(super) fn join(&mut self, client_id: &str, subscribed: BTreeSet<u32>, partitions: &[TopicPartition]) -> MemberId {
        let id = MemberId(self.next_member);
        self.next_member += 1;
        self.members.insert(id, Member { client_id: client_id.into(), subscribed, ..Member::default() });
        self.rebalance(partitions);
        id
    }
    pub(super) fn leave(&mut self, member: MemberId, partitions: &[TopicPartition]) {
        if self.members.remove(&member).is_some() {
            self.rebalance(partitions);
        }
    }
    /// Everyone who is in, with what it owns.
    pub(super) fn owners(&self) -> Vec<(MemberId, String, Vec<TopicPartition>)> {
        self.members.iter().map(|(id, m)| (*id, m.client_id.clone(), m.owned.iter().copied().collect())).collect()
    }
    pub(super) fn topics(&self) -> BTreeSet<u32> {
        self.members.values().flat_map(|m| m.subscribed.iter().copied()).collect()
    }
    /// Cooperative: what leaves a member is asked for first, and given to its next owner when it was released.
    pub(super) fn poll(&mut self, member: MemberId) -> Result<GroupChange, LogError> {
        let owned_by_others: Share =
            self.members.iter().filter(|(id, _)| **id != member).flat_map(|(_, m)| m.owned.iter().copied()).collect();
        let m = self.members.get_mut(&member).ok_or(LogError::UnknownMember)?;
        let assigned: Vec<_> = m.target.difference(&m.owned).copied().filter(|p| !owned_by_others.contains(p)).collect();
        let revoking: Vec<_> = m.owned.difference(&m.target).copied().filter(|p| !m.asked.contains(p)).collect();
        m.owned.extend(&assigned);
        m.asked.extend(&revoking);
        Ok(GroupChange { assigned, revoking })
    }
    pub(super) fn release(&mut self, member: MemberId, partitions: &[TopicPartition]) {
        let Some(m) = self.members.get_mut(&member) else { return };
        for partition in partitions {
            m.owned.remove(partition);
            m.asked.remove(partition);
        }
    }
    /// Whether this member may commit now.
    pub(super) fn check(&self, member: MemberId, generation: u64) -> Result<(), LogError> {
        if !self.members.contains_key(&member) {
            return Err(LogError::UnknownMember);
        }
        if generation != self.generation {
            return Err(LogError::IllegalGeneration { theirs: generation, ours: self.generation });
        }
        Ok(())
    }
    fn rebalance(&mut self, partitions: &[TopicPartition]) {
        self.generation += 1;
        let subscribed = self.members.iter().map(|(id, m)| (*id, m.subscribed.clone())).collect();
        let before = self.members.iter().map(|(id, m)| (*id, m.target.clone())).collect();
        let mut shares = assign(partitions, &subscribed, &before);
        for (id, member) in &mut self.members {
            member.target = shares.remove(id).unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partitions(n: u32) -> Vec<TopicPartition> {
        (0..n).map(|partition| TopicPartition { topic: 0, partition }).collect()
    }
    fn numbers(p: &[TopicPartition]) -> Vec<u32> {
        p.iter().map(|p| p.partition).collect()
    }

    #[test]
    fn a_partition_moves_only_after_its_owner_released_it() {
        let (all, mut g) = (partitions(4), Group::new("g"));
        let a = g.join("a", [0].into(), &all);
        assert_eq!(numbers(&g.poll(a).unwrap().assigned), [0, 1, 2, 3]);
        let b = g.join("b", [0].into(), &all);
        assert_eq!(g.poll(b).unwrap(), GroupChange::default());
        let asked = g.poll(a).unwrap().revoking;
        assert_eq!(numbers(&asked), [2, 3]);
        assert_eq!(g.poll(a).unwrap(), GroupChange::default(), "asked once");
        g.release(a, &asked[..1]);
        assert_eq!(numbers(&g.poll(b).unwrap().assigned), numbers(&asked[..1]));
        g.release(a, &asked[1..]);
        assert_eq!(numbers(&g.poll(b).unwrap().assigned), numbers(&asked[1..]));
    }

    #[test]
    fn what_an_evicted_member_had_goes_to_the_others_and_it_may_commit_no_more() {
        let (all, mut g) = (partitions(2), Group::new("g"));
        let (a, b) = (g.join("a", [0].into(), &all), g.join("b", [0].into(), &all));
        assert_eq!(numbers(&g.poll(a).unwrap().assigned), [0]);
        assert_eq!(numbers(&g.poll(b).unwrap().assigned), [1]);
        let old = g.generation;
        g.leave(a, &all);
        assert_eq!(numbers(&g.poll(b).unwrap().assigned), [0]);
        assert_eq!(g.check(a, g.generation), Err(LogError::UnknownMember));
        assert_eq!(g.check(b, old), Err(LogError::IllegalGeneration { theirs: old, ours: old + 1 }));
        assert_eq!(g.poll(a), Err(LogError::UnknownMember));
    }

    #[test]
    fn a_released_partition_that_is_wanted_again_comes_back() {
        let (all, mut g) = (partitions(2), Group::new("g"));
        let a = g.join("a", [0].into(), &all);
        g.poll(a).unwrap();
        let b = g.join("b", [0].into(), &all);
        let asked = g.poll(a).unwrap().revoking;
        g.leave(b, &all);
        g.release(a, &asked);
        assert_eq!(g.poll(a).unwrap().assigned, asked);
    }
}
