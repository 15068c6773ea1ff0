//! The commit walk on Kafka: flush, end offsets, offsets into the transaction, commit.
use super::{
    ask::Ask,
    failure::{Step, classify, settles},
    ffi::{Client, ClientError, END, Event, Isolation, Position},
    producer::Producer,
};
use crate::{
    plan::{Deployment, TopicId},
    worker::{Commit, CommitDone, CommitFailure, Guarantee},
};
use std::{
    thread,
    time::{Duration, Instant},
};

/// Between two tries of a plain commit that the group was too busy for.
const PAUSE: Duration = Duration::from_millis(20);

/// What a commit is done with.
pub(crate) struct Walk<'a> {
    pub(crate) deployment: &'a Deployment,
    pub(crate) guarantee: Guarantee,
    pub(crate) producer: &'a mut Producer,
    pub(crate) consumer: &'a Client,
    pub(crate) ask: &'a Ask,
    pub(crate) deadline: Duration,
}

impl Walk<'_> {
    /// Commits.
    pub(crate) fn commit(mut self, commit: &Commit) -> Result<CommitDone, CommitFailure> {
        if commit.produced {
            self.producer.flush()?;
        }
        // Before the commit, not after it: the commit then proves that at this moment nobody else owned the tasks, so that what stands
        // below these ends is ours. Asked afterwards, an answer could already count records of the next owner.
        let positions = self.ends(&commit.positions_of)?;
        let offsets: Vec<Position> =
            commit.offsets.iter().map(|(topic, p, offset)| self.position(*topic, *p, *offset).noted(commit.note_of(*topic, *p))).collect();
        match self.guarantee {
            Guarantee::ExactlyOnce if commit.produced => self.producer.commit(&offsets, self.consumer)?,
            _ => self.commit_offsets(&offsets)?,
        }
        Ok(CommitDone { positions })
    }

    fn position(&self, topic: TopicId, partition: u32, offset: i64) -> Position {
        Position::new(&self.deployment.topic(topic).name, partition, offset)
    }

    /// Ends of changelogs: everything flushed stands below them, open transaction or not.
    fn ends(&mut self, of: &[(TopicId, u32)]) -> Result<Vec<i64>, CommitFailure> {
        if of.is_empty() {
            return Ok(vec![]);
        }
        let positions: Vec<Position> = of.iter().map(|(topic, partition)| self.position(*topic, *partition, END)).collect();
        let within = self.deadline;
        let send = |client: &Client, queue: &_| client.list_offsets(&positions, Isolation::Uncommitted, 0, within, queue);
        let pick = |event| match event {
            Event::Offsets { answer, .. } => Ok(answer),
            other => Err(other),
        };
        let answer = self.ask.ask(within, send, pick).and_then(|answer| answer).map_err(no_ends)?;
        let end = |wanted: &Position| match answer.iter().find(|p| p.at == wanted.at) {
            Some(Position { error: Some(error), .. }) => Err(no_ends(error.clone())),
            Some(found) => Ok(found.offset),
            None => Err(CommitFailure::Refused(format!("no end offset for {:?}", wanted.at))),
        };
        positions.iter().map(end).collect()
    }

    /// Offsets alone, under the member's generation. While the group settles a commit is refused, also that of tasks which stay: everything is
    /// delivered, nobody else has the tasks before they are given back (cooperative), so it is tried again. To rewind would double records.
    fn commit_offsets(&self, offsets: &[Position]) -> Result<(), CommitFailure> {
        let until = Instant::now() + self.deadline;
        loop {
            match self.try_commit(offsets) {
                Some(error) if settles(&error) && Instant::now() < until => thread::sleep(PAUSE),
                Some(error) => return Err(classify(Step::PlainCommit, &error)),
                None => return Ok(()),
            }
        }
    }
    fn try_commit(&self, offsets: &[Position]) -> Option<ClientError> {
        if offsets.is_empty() {
            return None;
        }
        let mut refused = None;
        let send = |client: &Client, queue: &_| refused = client.commit(offsets, queue).err();
        let pick = |event| match event {
            Event::Committed(answer) => Ok(answer),
            other => Err(other),
        };
        let answer = self.ask.ask(self.deadline, send, pick);
        match (refused, answer.and_then(|answer| answer)) {
            (Some(error), _) | (None, Err(error)) => Some(error),
            (None, Ok(positions)) => positions.into_iter().find_map(|p| p.error),
        }
    }
}

/// Nothing is committed yet, so it is a refusal: abort and try again.
fn no_ends(error: ClientError) -> CommitFailure {
    CommitFailure::Refused(format!("the end offsets of the changelogs are not known: {error}"))
}
