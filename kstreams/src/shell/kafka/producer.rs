//! A worker's producer: transactional or idempotent. A commit walks flush → offsets → commit, each step under one deadline.
use super::{
    failure::{Step, classify},
    ffi::{Client, ClientError, Code, Event, Message, Position, Queue, TopicHandle},
    log,
    wake::Wake,
};
use crate::worker::CommitFailure;
use std::{
    collections::HashMap,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

/// Records that were refused after they had left: topic and reason.
pub(crate) type Undelivered = (String, String);
/// Topics that records name and that cannot be written: name and reason.
pub(crate) type Unwritable = (String, String);

/// So long is waited for a topic that a record names: brokers that make it when they are asked for it need a moment.
const TOPIC_COMES: Duration = Duration::from_secs(2);
/// Between two looks for it.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// The producer of one worker.
pub(crate) struct Producer {
    properties: Vec<(String, String)>,
    transactional: bool,
    deadline: Duration,
    instance: Instance,
    /// Refused records that nobody was told of yet.
    undelivered: Vec<Undelivered>,
    /// Topics that nobody was told of yet.
    unwritable: Vec<Unwritable>,
    /// Why a record since the last commit or abort was not produced: it must not be committed over, whoever was told.
    lost: Option<String>,
}

/// One life of the producer. After an indefinite outcome it is destroyed and another one takes over its transactional id.
struct Instance {
    topics: HashMap<String, TopicHandle>,
    queue: Queue,
    client: Arc<Client>,
    open: bool,
    /// Something failed in a way after which this instance is not trusted any more.
    spent: bool,
}

impl Producer {
    /// Creates the producer and, if it is transactional, takes its id over; whoever had it is fenced, what it left open is aborted.
    pub(crate) fn start(
        properties: Vec<(String, String)>,
        transactional: bool,
        deadline: Duration,
        wake: &Wake,
    ) -> Result<Producer, String> {
        let instance = Instance::start(&properties, transactional, deadline, wake)?;
        Ok(Producer { properties, transactional, deadline, instance, undelivered: vec![], unwritable: vec![], lost: None })
    }

    /// Begins a transaction if none is open, and enqueues. Blocks while the buffer is full.
    pub(crate) fn produce(&mut self, topic: &str, message: &Message<'_>) {
        if let Err(error) = self.try_produce(topic, message) {
            self.instance.spent |= error.fatal;
            self.not_delivered(topic.into(), &error);
        }
    }
    /// The same for a topic that the record names: nobody has seen to it that it is there.
    pub(crate) fn produce_named(&mut self, topic: &str, message: &Message<'_>) {
        match self.look_for(topic) {
            None => self.produce(topic, message),
            Some(reason) => {
                self.lost.get_or_insert_with(|| lost(topic, &reason));
                if self.unwritable.iter().all(|(known, _)| known != topic) {
                    self.unwritable.push((topic.into(), reason));
                }
            }
        }
    }
    /// Why a topic cannot be written. Asks once a topic; what the brokers cannot say now is left to the delivery.
    fn look_for(&self, topic: &str) -> Option<String> {
        if self.instance.topics.contains_key(topic) {
            return None;
        }
        // Brokers that have not made one topic make no other: it is not waited for.
        let wait = if self.unwritable.is_empty() { TOPIC_COMES } else { Duration::ZERO };
        let until = Instant::now() + wait;
        loop {
            match self.instance.client.look_for(topic, self.deadline).err().map(|e| e.code) {
                Some(Code::UNKNOWN_TOPIC_OR_PART | Code::LEADER_NOT_AVAILABLE) if Instant::now() < until => thread::sleep(LOOK_AGAIN),
                Some(Code::UNKNOWN_TOPIC_OR_PART) => return Some("it does not exist: create it, or name another".into()),
                Some(Code::TOPIC_AUTHORIZATION_FAILED) => return Some("this user may not use it: let it, or name another".into()),
                _ => return None,
            }
        }
    }
    fn not_delivered(&mut self, topic: String, error: &ClientError) {
        let reason = error.to_string();
        self.lost.get_or_insert_with(|| lost(&topic, &reason));
        self.undelivered.push((topic, reason));
    }
    fn try_produce(&mut self, topic: &str, message: &Message<'_>) -> Result<(), ClientError> {
        self.begin()?;
        if !self.instance.topics.contains_key(topic) {
            let handle = TopicHandle::new(&self.instance.client, topic).ok_or_else(|| ClientError::of(Code::FAIL))?;
            self.instance.topics.insert(topic.into(), handle);
        }
        let until = Instant::now() + self.deadline;
        loop {
            match self.instance.topics[topic].produce(message) {
                Err(e) if e.code == Code::QUEUE_FULL && Instant::now() < until => self.serve(Duration::from_millis(5)),
                result => return result,
            }
        }
    }
    fn begin(&mut self) -> Result<(), ClientError> {
        if self.transactional && !self.instance.open {
            self.instance.client.begin_transaction()?;
            self.instance.open = true;
        }
        Ok(())
    }

    /// Takes what the client has to say; waits for the first word at most so long.
    pub(crate) fn serve(&mut self, wait: Duration) {
        let mut wait = wait;
        while let Some(event) = self.instance.queue.poll(wait) {
            self.take(event);
            wait = Duration::ZERO;
        }
    }
    fn take(&mut self, event: Event) {
        match event {
            Event::Undelivered(all) => {
                // What we purged ourselves is no news.
                let news = all.into_iter().filter(|(_, e)| ![Code::PURGE_QUEUE, Code::PURGE_INFLIGHT].contains(&e.code));
                news.for_each(|(topic, error)| self.not_delivered(topic, &error));
            }
            Event::Error(error) => {
                self.instance.spent |= error.fatal;
                log::note(Event::Error(error));
            }
            other => log::note(other),
        }
    }
    /// Refused records since the last call.
    pub(crate) fn take_undelivered(&mut self) -> Vec<Undelivered> {
        std::mem::take(&mut self.undelivered)
    }

    /// Topics that cannot be written, since the last call.
    pub(crate) fn take_unwritable(&mut self) -> Vec<Unwritable> {
        std::mem::take(&mut self.unwritable)
    }

    /// Everything produced is acknowledged, or the commit must not go on.
    pub(crate) fn flush(&mut self) -> Result<(), CommitFailure> {
        let until = Instant::now() + self.deadline;
        loop {
            // Short waits, because failed deliveries count as under way until their events are taken.
            let flushed = self.instance.client.flush(Duration::from_millis(20));
            self.serve(Duration::ZERO);
            if let Some(text) = self.lost.clone() {
                return Err(self.fatal(Step::Produce).unwrap_or(CommitFailure::Refused(text)));
            }
            if flushed {
                return Ok(());
            }
            if Instant::now() >= until {
                let waited = self.deadline.as_secs();
                return Err(CommitFailure::Indefinite(format!("records were not acknowledged within {waited} s")));
            }
        }
    }

    /// Commits the open transaction with these offsets, under the generation that `consumer` has in its group.
    pub(crate) fn commit(&mut self, offsets: &[Position], consumer: &Client) -> Result<(), CommitFailure> {
        let until = Instant::now() + self.deadline;
        let left = |until: Instant| until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        self.begin().map_err(|e| self.failed(Step::Begin, &e))?;
        if !offsets.is_empty() {
            let sent = self.instance.client.send_offsets(offsets, consumer, left(until));
            sent.map_err(|e| self.failed(Step::Offsets, &e))?;
        }
        self.instance.client.commit_transaction(left(until)).map_err(|e| self.failed(Step::Commit, &e))?;
        self.instance.open = false;
        Ok(())
    }
    fn failed(&mut self, step: Step, error: &ClientError) -> CommitFailure {
        let failure = self.fatal(step).unwrap_or_else(|| classify(step, error));
        self.instance.spent |= !matches!(failure, CommitFailure::Refused(_));
        failure
    }
    /// What the client says of itself, if it is beyond repair: the first cause, not its echoes.
    fn fatal(&mut self, step: Step) -> Option<CommitFailure> {
        let error = self.instance.client.fatal_error()?;
        self.instance.spent = true;
        Some(classify(step, &error))
    }

    /// Forgets what is under way and aborts the open transaction; with `replace`, or if this instance is not to be trusted any more,
    /// by way of a new producer.
    pub(crate) fn abort(&mut self, replace: bool, wake: &Wake) -> Result<(), String> {
        if !replace && !self.instance.spent && self.abort_in_place().is_ok() {
            return Ok(());
        }
        self.forget_lost();
        self.instance = Instance::start(&self.properties, self.transactional, self.deadline, wake)?;
        Ok(())
    }
    fn abort_in_place(&mut self) -> Result<(), ClientError> {
        let until = Instant::now() + self.deadline;
        self.instance.client.purge();
        while self.instance.client.outstanding() > 0 && Instant::now() < until {
            self.serve(Duration::from_millis(5));
        }
        self.forget_lost();
        if self.instance.open {
            self.instance.client.abort_transaction(self.deadline)?;
            self.instance.open = false;
        }
        Ok(())
    }
    fn forget_lost(&mut self) {
        self.undelivered.clear();
        self.lost = None;
    }
    /// Ends what is open, at the end of the worker's life.
    pub(crate) fn close(&mut self) {
        if self.instance.open && self.abort_in_place().is_err() {
            tracing::warn!("the open transaction could not be aborted; the coordinator will end it");
        }
    }
}

fn lost(topic: &str, reason: &str) -> String {
    format!("a record for topic `{topic}` was not delivered: {reason}")
}

impl Instance {
    fn start(properties: &[(String, String)], transactional: bool, deadline: Duration, wake: &Wake) -> Result<Instance, String> {
        let client = Client::producer(properties)?;
        let mut queue = Queue::main(&client).ok_or("librdkafka gives no queue for the producer")?;
        queue.wake(wake.descriptor());
        if transactional {
            init(&client, deadline)?;
        }
        Ok(Instance { topics: HashMap::new(), queue, client, open: false, spent: false })
    }
}

/// Takes the transactional id over; asks again until the deadline.
pub(crate) fn init(client: &Client, deadline: Duration) -> Result<(), String> {
    let until = Instant::now() + deadline;
    loop {
        let left = until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        match client.init_transactions(left) {
            Ok(()) => return Ok(()),
            Err(e) if e.retriable && Instant::now() < until => thread::sleep(Duration::from_millis(100)),
            Err(e) => {
                let cause = client.fatal_error().unwrap_or(e);
                return Err(format!(
                    "the transactional producer cannot start: {cause}. Are the brokers reachable, and may this user use the transactional id?"
                ));
            }
        }
    }
}
