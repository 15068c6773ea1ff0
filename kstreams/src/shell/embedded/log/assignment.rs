//! Who gets which leader partition: balanced, and as few moves as balance allows.
use super::{MemberId, TopicPartition};
use std::collections::{BTreeMap, BTreeSet};

/// A member's share.
pub(super) type Share = BTreeSet<TopicPartition>;

/// Gives every partition to one member that subscribes to its topic. Each keeps what `before` gave it, as long as shares differ by one at most.
/// Equal arguments give equal answers: ties go to the smallest member.
pub(super) fn assign(
    partitions: &[TopicPartition],
    subscribed: &BTreeMap<MemberId, BTreeSet<u32>>,
    before: &BTreeMap<MemberId, Share>,
) -> BTreeMap<MemberId, Share> {
    let mut shares: BTreeMap<MemberId, Share> = subscribed.keys().map(|m| (*m, keep(*m, partitions, subscribed, before))).collect();
    let taken: Share = shares.values().flatten().copied().collect();
    for partition in partitions.iter().filter(|p| !taken.contains(p)) {
        if let Some(member) = least_loaded(&shares, |m| subscribed[&m].contains(&partition.topic)) {
            shares.entry(member).or_default().insert(*partition);
        }
    }
    while let Some((from, to, partition)) = next_move(&shares, subscribed) {
        shares.entry(from).or_default().remove(&partition);
        shares.entry(to).or_default().insert(partition);
    }
    shares
}

fn keep(
    member: MemberId,
    partitions: &[TopicPartition],
    subscribed: &BTreeMap<MemberId, BTreeSet<u32>>,
    before: &BTreeMap<MemberId, Share>,
) -> Share {
    let wanted = |p: &TopicPartition| subscribed[&member].contains(&p.topic) && partitions.contains(p);
    before.get(&member).into_iter().flatten().copied().filter(wanted).collect()
}
fn least_loaded(shares: &BTreeMap<MemberId, Share>, eligible: impl Fn(MemberId) -> bool) -> Option<MemberId> {
    shares.iter().filter(|(m, _)| eligible(**m)).min_by_key(|(m, s)| (s.len(), **m)).map(|(m, _)| *m)
}
/// A move that evens out two shares which differ by two or more. The topic of which the giver has most gives, so that each topic is spread too.
fn next_move(
    shares: &BTreeMap<MemberId, Share>,
    subscribed: &BTreeMap<MemberId, BTreeSet<u32>>,
) -> Option<(MemberId, MemberId, TopicPartition)> {
    for (from, share) in by_load(shares) {
        for partition in most_of_one_topic(share) {
            let to = least_loaded(shares, |m| m != from && subscribed[&m].contains(&partition.topic));
            if let Some(to) = to.filter(|to| shares[to].len() + 1 < share.len()) {
                return Some((from, to, partition));
            }
        }
    }
    None
}
fn by_load(shares: &BTreeMap<MemberId, Share>) -> Vec<(MemberId, &Share)> {
    let mut all: Vec<(MemberId, &Share)> = shares.iter().map(|(m, s)| (*m, s)).collect();
    all.sort_by_key(|(m, s)| (usize::MAX - s.len(), *m));
    all
}
fn most_of_one_topic(share: &Share) -> Vec<TopicPartition> {
    let of = |topic: u32| share.iter().filter(|p| p.topic == topic).count();
    let mut all: Vec<TopicPartition> = share.iter().copied().collect();
    all.sort_by_key(|p| (usize::MAX - of(p.topic), p.topic, u32::MAX - p.partition));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(counts: &[u32]) -> Vec<TopicPartition> {
        counts.iter().enumerate().flat_map(|(t, n)| (0..*n).map(move |p| TopicPartition { topic: t as u32, partition: p })).collect()
    }
    fn members(n: u64, topics: u32) -> BTreeMap<MemberId, BTreeSet<u32>> {
        (0..n).map(|m| (MemberId(m), (0..topics).collect())).collect()
    }
    fn sizes(shares: &BTreeMap<MemberId, Share>) -> Vec<usize> {
        let mut sizes: Vec<usize> = shares.values().map(|s| s.len()).collect();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        sizes
    }
    fn moved(before: &BTreeMap<MemberId, Share>, after: &BTreeMap<MemberId, Share>) -> usize {
        after.iter().map(|(m, s)| s.iter().filter(|p| !before.get(m).is_some_and(|b| b.contains(p))).count()).sum()
    }

    #[test]
    fn shares_are_even_as_members_come_and_go_and_moves_are_few() {
        let partitions = all(&[3, 6, 1]);
        let steps: [(u64, &[usize], usize); 5] = [(1, &[10], 10), (2, &[5, 5], 5), (3, &[4, 3, 3], 3), (2, &[5, 5], 3), (1, &[10], 5)];
        let mut before = BTreeMap::new();
        for (n, expected, most_moves) in steps {
            let after = assign(&partitions, &members(n, 3), &before);
            assert_eq!(sizes(&after), expected, "{n} members");
            assert!(moved(&before, &after) <= most_moves, "{n} members: {} moves", moved(&before, &after));
            before = after;
        }
    }

    #[test]
    fn a_topic_is_spread_over_the_members() {
        let one = assign(&all(&[4, 4]), &members(1, 2), &BTreeMap::new());
        let two = assign(&all(&[4, 4]), &members(2, 2), &one);
        for share in two.values() {
            assert_eq!(share.iter().filter(|p| p.topic == 0).count(), 2, "{two:?}");
        }
    }

    #[test]
    fn only_subscribers_get_a_topic() {
        let mut subscribed = members(2, 2);
        subscribed.insert(MemberId(1), [1].into());
        let shares = assign(&all(&[4, 2]), &subscribed, &BTreeMap::new());
        assert!(shares[&MemberId(1)].iter().all(|p| p.topic == 1));
        assert_eq!(sizes(&shares), [4, 2]);
    }

    #[test]
    fn nobody_there_nothing_given() {
        assert!(assign(&all(&[2]), &BTreeMap::new(), &BTreeMap::new()).is_empty());
    }
}
