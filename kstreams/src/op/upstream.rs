//! Marks of upstream tasks: how far the event time of each task that writes a repartition topic has come. They travel in a header, which Java's
//! clients ignore, so that a window behind the topic can judge lateness by the slowest of them instead of by the fastest.
use crate::{Headers, plan::TopicId};
use std::collections::BTreeMap;

/// The header's name. It is taken off when the record is read: user code never sees it.
const HEADER: &str = "kstreams-upstream";

/// More partitions than a topic has in practice: a header that says more was not written by an upstream task, and is given no memory.
const MOST_TASKS: u32 = 1 << 16;

/// What one upstream task says with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The task's partition, among so many.
    partition: u32,
    of: u32,
    /// How far its event time has come; the smallest number if it does not know that itself.
    time: i64,
}
impl Mark {
    pub(crate) fn new(partition: u32, of: u32, time: i64) -> Mark {
        Mark { partition, of, time }
    }
    /// Puts the mark into a record's headers.
    pub(crate) fn write(self, headers: &mut Headers) {
        let mut bytes = Vec::with_capacity(16);
        bytes.extend(self.partition.to_be_bytes());
        bytes.extend(self.of.to_be_bytes());
        bytes.extend(self.time.to_be_bytes());
        headers.add(HEADER, bytes);
    }
    /// Takes the mark out of a record's headers.
    pub(crate) fn take(headers: &mut Headers) -> Option<Mark> {
        let mark = headers.get(HEADER).and_then(Mark::read);
        if !headers.is_empty() {
            headers.remove(HEADER);
        }
        mark
    }
    fn read(bytes: &[u8]) -> Option<Mark> {
        let (partition, rest) = bytes.split_first_chunk()?;
        let (of, rest) = rest.split_first_chunk()?;
        let mark = Mark::new(u32::from_be_bytes(*partition), u32::from_be_bytes(*of), i64::from_be_bytes(rest.try_into().ok()?));
        (mark.partition < mark.of && mark.of <= MOST_TASKS).then_some(mark)
    }
}

/// What a task has heard of its upstream tasks, by the repartition topic that they write. It starts empty, like every clock of a task.
#[derive(Debug, Default)]
pub(crate) struct Upstream {
    heard: BTreeMap<TopicId, Vec<i64>>,
}
impl Upstream {
    pub(crate) fn hear(&mut self, topic: TopicId, mark: Mark) {
        let times = self.heard.entry(topic).or_default();
        times.resize(mark.of as usize, i64::MIN);
        let known = &mut times[mark.partition as usize];
        *known = mark.time.max(*known);
    }
    /// How far the slowest upstream task has come; `None`: there are no upstream tasks with marks.
    pub(crate) fn slowest(&self) -> Option<i64> {
        self.heard.values().flatten().copied().min()
    }
    /// What an operator's clock may show after a record of this time: the time of the slowest upstream task, but not more than `skew_ms` less
    /// than the record's own. Without a skew, or without upstream tasks, it is the record's, as in Kafka Streams.
    pub(crate) fn clock(&self, time: i64, skew_ms: i64) -> i64 {
        match self.slowest().filter(|_| skew_ms > 0) {
            Some(slowest) => slowest.clamp(time.saturating_sub(skew_ms), time),
            None => time,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_travel_in_a_header_and_leave_no_trace() {
        let mut headers = Headers::new();
        headers.add("trace", "7");
        Mark::new(1, 3, -5).write(&mut headers);
        assert_eq!(Mark::take(&mut headers), Some(Mark::new(1, 3, -5)));
        assert_eq!(headers.len(), 1);
        assert_eq!(Mark::take(&mut headers), None);
    }
    #[test]
    fn a_header_that_somebody_else_wrote_is_no_mark() {
        let huge = [&[0; 4][..], &[255; 4], &[0; 8]].concat();
        for bytes in [vec![], vec![0; 15], vec![0; 17], vec![0; 16], huge] {
            let mut headers = Headers::new();
            headers.add(HEADER, bytes);
            assert_eq!(Mark::take(&mut headers), None);
            assert!(headers.is_empty());
        }
    }
    #[test]
    fn the_clock_follows_the_slowest_but_not_for_ever() {
        let mut upstream = Upstream::default();
        assert_eq!(upstream.clock(100, 30), 100);
        upstream.hear(TopicId(0), Mark::new(0, 2, 100));
        assert_eq!(upstream.clock(100, 30), 70, "nothing was heard of the other");
        upstream.hear(TopicId(0), Mark::new(1, 2, 90));
        assert_eq!(upstream.clock(100, 30), 90);
        assert_eq!(upstream.clock(200, 30), 170);
        assert_eq!(upstream.clock(50, 30), 50, "a late record does not move a clock ahead of itself");
        assert_eq!(upstream.clock(100, 0), 100);
    }
}
