//! Filling global tables from Kafka: a thread and a consumer for the whole process, outside of the group.
use super::{
    ffi::{Client, Code, Queue, Received},
    log,
    properties::Connection,
    reading::Readings,
    wake::{Wake, Waker},
};
use crate::{
    plan::{Deployment, TopicId},
    shell::GlobalTables,
};
use std::{
    sync::{Arc, Mutex, PoisonError, Weak, mpsc},
    thread,
    time::Duration,
};

/// Records taken of one partition at a time.
const BATCH: usize = 5_000;
/// The filler looks at least so often whether somebody still wants it.
const LOOK_UP: Duration = Duration::from_millis(500);

/// The global tables of a process on Kafka, and the workers that want to hear of them. When the last of them is gone, the filler ends.
pub(crate) struct KafkaGlobals {
    pub(crate) tables: GlobalTables,
    wakers: Mutex<Vec<Waker>>,
}
impl KafkaGlobals {
    /// Starts the filler, if there is anything to fill.
    pub(crate) fn start(deployment: &Arc<Deployment>, connection: &Connection, client_id: &str) -> Result<Arc<KafkaGlobals>, String> {
        let globals = Arc::new(KafkaGlobals { tables: GlobalTables::new(deployment), wakers: Mutex::default() });
        if !globals.tables.is_empty() {
            globals.fill(deployment.clone(), connection.restore_consumer(client_id), client_id)?;
        }
        Ok(globals)
    }
    /// The filler is built on its thread: a queue is polled where it was taken.
    fn fill(self: &Arc<Self>, deployment: Arc<Deployment>, properties: Vec<(String, String)>, name: &str) -> Result<(), String> {
        let (ready, started) = mpsc::channel();
        let wanted = Arc::downgrade(self);
        let work = move || match Filler::start(deployment, &properties) {
            Ok(filler) => {
                // The other end waits for it.
                let _ = ready.send(Ok(()));
                filler.run(&wanted);
            }
            Err(reason) => _ = ready.send(Err(reason)),
        };
        thread::Builder::new().name(name.to_owned()).spawn(work).map_err(|e| format!("no thread for global tables: {e}"))?;
        started.recv().unwrap_or_else(|_| Err("the filler of global tables ended before it began".to_owned()))
    }
    /// Wakes this worker too when a table changes.
    pub(crate) fn add_waker(&self, waker: Waker) {
        self.wakers.lock().unwrap_or_else(PoisonError::into_inner).push(waker);
    }
    fn wake(&self) {
        self.wakers.lock().unwrap_or_else(PoisonError::into_inner).iter().for_each(Waker::wake);
    }
}

/// Reads all partitions of all global tables' topics, from their beginning and for ever.
struct Filler {
    deployment: Arc<Deployment>,
    readings: Readings,
    queue: Queue,
    client: Arc<Client>,
    wake: Wake,
    /// Partitions whose head was deleted while they were read, to be read again from what is left.
    cut: Vec<(TopicId, u32)>,
}
impl Filler {
    fn start(deployment: Arc<Deployment>, properties: &[(String, String)]) -> Result<Filler, String> {
        let wake = Wake::new().map_err(|e| format!("no socket pair to wait on: {e}"))?;
        let client = Client::consumer(properties)?;
        let mut queue = Queue::group(&client).ok_or("librdkafka gives no queue for the consumer")?;
        queue.wake(wake.descriptor());
        let globals = deployment.globals.clone();
        let mut filler = Filler { deployment, readings: Readings::default(), queue, client, wake, cut: vec![] };
        for topic in globals {
            (0..filler.deployment.topic(topic).partitions).try_for_each(|partition| filler.read(topic, partition))?;
        }
        filler.readings.stir(&filler.client, &filler.queue);
        Ok(filler)
    }
    /// From the first record that there is.
    fn read(&mut self, topic: TopicId, partition: u32) -> Result<(), String> {
        let name = self.deployment.topic(topic).name.clone();
        self.readings.read(&self.client, &self.wake, (topic, &name, partition), None)
    }
    fn run(mut self, wanted: &Weak<KafkaGlobals>) {
        while let Some(globals) = wanted.upgrade() {
            while let Some(event) = self.queue.poll(Duration::ZERO) {
                log::note(event);
            }
            if self.receive(&globals.tables) {
                globals.wake();
                continue;
            }
            drop(globals);
            self.wake.sleep(LOOK_UP);
        }
    }
    /// Takes what has come in; answers whether there was anything.
    fn receive(&mut self, tables: &GlobalTables) -> bool {
        let (mut any, mut cut) = (false, std::mem::take(&mut self.cut));
        self.readings.receive(BATCH, |topic, partition, received| {
            any = true;
            match received {
                Received::Messages(batch) => tables.take_in(topic, &batch),
                Received::End(_) => tables.at_end(topic, partition),
                Received::Error(error) if [Code::AUTO_OFFSET_RESET, Code::OFFSET_OUT_OF_RANGE].contains(&error.code) => {
                    cut.push((topic, partition));
                }
                Received::Error(error) => tracing::warn!(topic = topic.0, partition, %error, "reading a global table fails; trying again"),
            }
        });
        for (topic, partition) in cut {
            // What is left is all that the table can know.
            if let Err(error) = self.read(topic, partition) {
                tracing::error!(%error, "a global table is not read on; trying again");
                self.cut.push((topic, partition));
            }
        }
        any
    }
}
