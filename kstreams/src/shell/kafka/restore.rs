//! Reading changelogs back: a consumer of its own, there only while something is restored.
use super::{
    ffi::{Client, ClientError, Messages, Queue, Received},
    log,
    properties::Connection,
    reading::Readings,
    wake::Wake,
};
use crate::{
    Headers,
    plan::{Deployment, TaskId, TopicId},
    task::{Batch, Raw},
    worker::Input,
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// Records taken of one changelog at a time.
const BATCH: usize = 5_000;

/// Restores under way.
pub(crate) struct Restore {
    deployment: Arc<Deployment>,
    properties: Vec<(String, String)>,
    reader: Option<Reader>,
    wanted: BTreeMap<(TopicId, u32), Wanted>,
}
struct Reader {
    readings: Readings,
    queue: Queue,
    client: Arc<Client>,
}
/// One changelog partition being read back.
struct Wanted {
    task: TaskId,
    to: i64,
}

impl Restore {
    pub(crate) fn new(deployment: Arc<Deployment>, connection: &Connection, client_id: &str) -> Restore {
        Restore { deployment, properties: connection.restore_consumer(client_id), reader: None, wanted: BTreeMap::new() }
    }

    /// Begins to read a changelog partition back.
    pub(crate) fn begin(
        &mut self,
        (task, topic): (TaskId, TopicId),
        (from, to): (i64, i64),
        wake: &Wake,
        happened: &mut Vec<Input>,
    ) -> Result<(), String> {
        if from >= to {
            happened.push(Input::Restored { task, topic, batch: Box::new(NoRecords), next: to });
            return Ok(());
        }
        let name = self.deployment.topic(topic).name.clone();
        let reader = match &mut self.reader {
            Some(reader) => reader,
            none => none.insert(Reader::new(&self.properties, wake)?),
        };
        reader.readings.read(&reader.client, wake, (topic, &name, task.partition), Some(from))?;
        self.wanted.insert((topic, task.partition), Wanted { task, to });
        Ok(())
    }

    /// Stops what is read back for a task.
    pub(crate) fn stop(&mut self, task: TaskId) {
        let over: Vec<_> = self.wanted.iter().filter(|(_, w)| w.task == task).map(|(at, _)| *at).collect();
        self.end(&over);
    }

    /// Takes what has come in.
    pub(crate) fn receive(&mut self, happened: &mut Vec<Input>) -> Result<(), ClientError> {
        let Some(reader) = &mut self.reader else { return Ok(()) };
        while let Some(event) = reader.queue.poll(Duration::ZERO) {
            log::note(event);
        }
        let (wanted, mut over, mut failed) = (&self.wanted, vec![], None);
        reader.readings.receive(BATCH, |topic, partition, received| {
            let Some(Wanted { task, to }) = wanted.get(&(topic, partition)) else { return };
            match part(received, *to) {
                Ok((batch, next)) => {
                    if next >= *to {
                        over.push((topic, partition));
                    }
                    happened.push(Input::Restored { task: *task, topic, batch, next });
                }
                Err(error) => failed = Some(error),
            }
        });
        self.end(&over);
        failed.map_or(Ok(()), Err)
    }

    fn end(&mut self, over: &[(TopicId, u32)]) {
        self.wanted.retain(|at, _| !over.contains(at));
        let Some(reader) = &mut self.reader else { return };
        let gone = reader.readings.remove(|t, p| over.contains(&(t, p)));
        if let Err(error) = reader.client.unassign(&gone) {
            tracing::warn!(%error, "a restored changelog is still being read");
        }
        if reader.readings.is_empty() {
            self.reader = None;
        }
    }
}

/// What of it belongs to the restore, and the offset behind it.
fn part(received: Received, to: i64) -> Result<(Box<dyn Batch>, i64), ClientError> {
    match received {
        Received::Messages(messages) => {
            let next = messages.next_offset().unwrap_or(to).min(to);
            let messages: Messages = messages.until(to);
            Ok((Box::new(messages), next))
        }
        Received::End(offset) => Ok((Box::new(NoRecords), offset.min(to))),
        Received::Error(error) => Err(error),
    }
}

impl Reader {
    fn new(properties: &[(String, String)], wake: &Wake) -> Result<Reader, String> {
        let client = Client::consumer(properties)?;
        let mut queue = Queue::group(&client).ok_or("librdkafka gives no queue for the consumer")?;
        queue.wake(wake.descriptor());
        Ok(Reader { readings: Readings::default(), queue, client })
    }
}

/// A batch without records: only positions move, over control records.
struct NoRecords;
impl Batch for NoRecords {
    fn len(&self) -> usize {
        0
    }
    fn get(&self, _index: usize) -> Raw<'_> {
        Raw { offset: -1, timestamp: -1, key: None, value: None }
    }
    fn headers(&self, _index: usize) -> Headers {
        Headers::new()
    }
    fn bytes(&self) -> usize {
        0
    }
}
