//! Questions to the cluster that a worker waits for without stopping: sent, answered by an event, asked again while that makes sense.
use super::{
    failure::ask_again,
    ffi::{BEGINNING, Client, ClientError, Code, END, Event, Isolation, Member, Position, Queue},
    log,
    wake::Wake,
};
use crate::{
    plan::{Deployment, TaskId, TopicId},
    worker::Input,
};
use std::{collections::HashMap, sync::Arc, time::Duration};

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Question {
    /// The stable committed offsets of a task's sources.
    Committed(TaskId),
    /// First offsets of these changelogs, then their ends.
    First(TaskId, Vec<TopicId>),
    /// Ends of these changelogs; the first offsets are known. Of everything that is written, not the last stable offsets: a commit whose
    /// offsets are seen already may still lack its marker in the changelog (KAFKA-10167). What is read back is committed all the same, and
    /// waits for the marker.
    Ends(TaskId, Vec<TopicId>, Vec<i64>),
    /// Who is in the group.
    Members,
}

/// What came of it.
pub(crate) enum Answer {
    /// For the worker.
    Input(Input),
    /// The group's members; `None` if nobody tells: to be asked again.
    Members(Option<Vec<Member>>),
}

/// One request may take so long before it is given up and sent again.
const REQUEST: Duration = Duration::from_secs(15);
/// A question is asked again for so long; then the worker hears that it failed, and tries the task later.
const PATIENCE_MS: i64 = 60_000;
/// Between two tries: a transaction of another member may have to end first.
const AGAIN_MS: i64 = 20;

struct Asked {
    question: Question,
    until: i64,
}

/// The questions under way.
pub(crate) struct Questions {
    deployment: Arc<Deployment>,
    client: Arc<Client>,
    queue: Queue,
    sent: HashMap<u64, Asked>,
    later: Vec<(i64, Asked)>,
    tokens: u64,
}

impl Questions {
    pub(crate) fn new(deployment: &Arc<Deployment>, client: &Arc<Client>, wake: &Wake) -> Result<Questions, String> {
        let mut queue = Queue::new(client).ok_or("librdkafka gives no queue for answers")?;
        queue.wake(wake.descriptor());
        Ok(Questions { deployment: deployment.clone(), client: client.clone(), queue, sent: HashMap::new(), later: vec![], tokens: 0 })
    }

    /// Asks; the answer comes with a later [`Questions::answers`].
    pub(crate) fn ask(&mut self, question: Question, now: i64) {
        self.send(Asked { question, until: now + PATIENCE_MS });
    }
    /// Asks again when that time has come.
    pub(crate) fn ask_at(&mut self, question: Question, at: i64) {
        self.later.push((at, Asked { question, until: at + PATIENCE_MS }));
    }
    /// Deletes records below these positions; nobody waits for it.
    pub(crate) fn delete(&self, positions: &[Position]) {
        self.client.delete_records(positions, REQUEST, &self.queue);
    }
    /// When something is to be asked again.
    pub(crate) fn next_due(&self) -> i64 {
        self.later.iter().map(|(at, _)| *at).min().unwrap_or(i64::MAX)
    }

    fn send(&mut self, asked: Asked) {
        self.tokens += 1;
        let (client, token, queue) = (&self.client, self.tokens, &self.queue);
        match &asked.question {
            Question::Committed(task) => {
                let positions = self.positions(self.deployment.partitions_of(*task), END);
                client.group_offsets(&self.deployment.application_id, &positions, token, REQUEST, queue);
            }
            Question::First(task, topics) => {
                let positions = self.positions(topics.iter().map(|t| (*t, task.partition)), BEGINNING);
                client.list_offsets(&positions, Isolation::Committed, token, REQUEST, queue);
            }
            Question::Ends(task, topics, _) => {
                let positions = self.positions(topics.iter().map(|t| (*t, task.partition)), END);
                client.list_offsets(&positions, Isolation::Uncommitted, token, REQUEST, queue);
            }
            Question::Members => client.describe_group(&self.deployment.application_id, token, REQUEST, queue),
        }
        self.sent.insert(token, asked);
    }
    fn positions(&self, at: impl Iterator<Item = (TopicId, u32)>, offset: i64) -> Vec<Position> {
        at.map(|(topic, partition)| Position::new(&self.deployment.topic(topic).name, partition, offset)).collect()
    }

    /// What was answered since the last call.
    pub(crate) fn answers(&mut self, now: i64) -> Vec<Answer> {
        let due: Vec<(i64, Asked)> = self.later.extract_if(.., |(at, _)| *at <= now).collect();
        due.into_iter().for_each(|(_, asked)| self.send(asked));
        let mut answers = vec![];
        while let Some(event) = self.queue.poll(Duration::ZERO) {
            match event {
                Event::Offsets { token, answer } | Event::GroupOffsets { token, answer } => {
                    answers.extend(self.answered(token, answer, now));
                }
                Event::Group { token, answer } => {
                    self.sent.remove(&token);
                    answers.push(Answer::Members(members(answer)));
                }
                other => log::note(other),
            }
        }
        answers
    }

    fn answered(&mut self, token: u64, answer: Result<Vec<Position>, ClientError>, now: i64) -> Option<Answer> {
        let asked = self.sent.remove(&token)?;
        let positions = answer.and_then(|all| match all.iter().find_map(|p| p.error.clone()) {
            Some(error) => Err(error),
            None => Ok(all),
        });
        match positions {
            Ok(positions) => self.good(asked, &positions),
            Err(error) if no_such_group(&error) => self.good(asked, &[]),
            Err(error) if ask_again(&error) && now < asked.until => {
                self.later.push((now + AGAIN_MS, asked));
                None
            }
            Err(error) => Some(Answer::Input(failed(asked.question, error.to_string())?)),
        }
    }

    fn good(&mut self, asked: Asked, positions: &[Position]) -> Option<Answer> {
        let offset = |topic: &TopicId, partition: u32| {
            let name = &*self.deployment.topic(*topic).name;
            positions.iter().find(|p| p.at.topic == name && p.at.partition == partition).map(|p| p.offset).filter(|o| *o >= 0)
        };
        match asked.question {
            Question::Committed(task) => {
                let offsets = self.deployment.partitions_of(task).map(|(t, p)| (t, offset(&t, p))).collect();
                let notes = positions.iter().filter(|p| !p.note.is_empty()).map(|p| p.note.clone()).collect();
                Some(Answer::Input(Input::CommittedOffsets { task, offsets: Ok(offsets), notes }))
            }
            Question::First(task, topics) => {
                match topics.iter().map(|t| offset(t, task.partition)).collect() {
                    Some(first) => self.send(Asked { question: Question::Ends(task, topics, first), until: asked.until }),
                    None => return incomplete(Question::First(task, topics)),
                }
                None
            }
            Question::Ends(task, topics, first) => {
                let end = |(t, first): (&TopicId, &i64)| Some((*t, *first, offset(t, task.partition)?));
                match topics.iter().zip(&first).map(end).collect() {
                    Some(ends) => Some(Answer::Input(Input::ChangelogEnds { task, ends: Ok(ends) })),
                    None => incomplete(Question::Ends(task, topics, first)),
                }
            }
            Question::Members => None,
        }
    }
}

fn no_such_group(error: &ClientError) -> bool {
    error.code == Code::GROUP_ID_NOT_FOUND
}

/// A changelog whose end nobody knows must not pass for an empty one.
fn incomplete(question: Question) -> Option<Answer> {
    failed(question, "the answer lacks a partition that was asked for".to_owned()).map(Answer::Input)
}
fn failed(question: Question, reason: String) -> Option<Input> {
    match question {
        Question::Committed(task) => Some(Input::CommittedOffsets { task, offsets: Err(reason), notes: vec![] }),
        Question::First(task, _) | Question::Ends(task, ..) => Some(Input::ChangelogEnds { task, ends: Err(reason) }),
        Question::Members => None,
    }
}

fn members(answer: Result<Vec<Member>, ClientError>) -> Option<Vec<Member>> {
    answer
        .inspect_err(
            |error| tracing::warn!(%error, "the group's members cannot be listed, so their layouts cannot be compared; asking again"),
        )
        .ok()
}
