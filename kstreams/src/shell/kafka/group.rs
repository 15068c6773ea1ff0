//! The worker's place in the consumer group: which tasks are its own, which it must give back, and when the group is answered.
//!
//! A rebalance comes as an event and waits for our answer. An assignment is answered at once, with nothing: the group only has to know that
//! we heard it, and reading begins when the worker says from where. A revocation is answered when the worker has let go of the tasks.
use super::{
    ffi::{Client, ClientError, Event, Partition, Queue},
    log,
    properties::Connection,
    reading::Readings,
    wake::Wake,
};
use crate::plan::{Deployment, TaskId, TopicId};
use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

/// A member of the group.
pub(crate) struct Group {
    pub(crate) readings: Readings,
    deployment: Arc<Deployment>,
    queue: Queue,
    pub(crate) client: Arc<Client>,
    /// Tasks of this member that the worker knows of.
    owned: BTreeSet<TaskId>,
    /// Tasks that the worker was asked to give back and has not yet; while there are any, the group waits.
    revoking: BTreeSet<TaskId>,
    waits: bool,
    /// Partitions were added or may be read on, and the client has not been told to hurry.
    stir: bool,
}

/// What a rebalance means for the worker.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// These are ours now.
    /// There may be none in it.
    Assigned(Vec<TaskId>),
    /// These are to be given back.
    Revoking(Vec<TaskId>),
    /// These are gone already.
    Lost(Vec<TaskId>),
}

impl Group {
    /// Joins.
    pub(crate) fn join(deployment: &Arc<Deployment>, connection: &Connection, client_id: &str, wake: &Wake) -> Result<Group, String> {
        let client = Client::consumer(&connection.group_consumer(client_id))?;
        let mut queue = Queue::group(&client).ok_or("librdkafka gives no queue for the group")?;
        queue.wake(wake.descriptor());
        let group = Group {
            readings: Readings::default(),
            deployment: deployment.clone(),
            queue,
            client,
            owned: BTreeSet::new(),
            revoking: BTreeSet::new(),
            waits: false,
            stir: false,
        };
        group.subscribe()?;
        Ok(group)
    }
    /// To the leader topic of each sub-topology: its partitions stand for the tasks.
    fn subscribe(&self) -> Result<(), String> {
        let leaders: BTreeSet<String> =
            self.deployment.sub_topologies.iter().map(|s| self.deployment.topic(s.leader).name.to_string()).collect();
        let leaders: Vec<String> = leaders.into_iter().collect();
        self.client.subscribe(&leaders).map_err(|e| format!("the topics {leaders:?} cannot be subscribed to: {e}"))
    }

    /// Serves the group; what changes for the worker. An error: this member cannot go on.
    pub(crate) fn serve(&mut self) -> Result<Vec<Change>, String> {
        let mut changes = vec![];
        while let Some(event) = self.queue.poll(Duration::ZERO) {
            match event {
                Event::Rebalance { assigned: true, partitions, .. } => changes.extend(self.assigned(&partitions)?),
                Event::Rebalance { lost, partitions, .. } => changes.extend(self.revoked(&partitions, lost)?),
                Event::Error(error) if error.fatal => return Err(format!("the group member failed: {error}")),
                other => log::note(other),
            }
        }
        if std::mem::take(&mut self.stir) {
            self.readings.stir(&self.client, &self.queue);
        }
        Ok(changes)
    }

    /// Starts to read a partition, or goes on from another offset.
    pub(crate) fn read(&mut self, topic: TopicId, partition: u32, from: Option<i64>, wake: &Wake) -> Result<(), String> {
        let name = self.deployment.topic(topic).name.clone();
        self.stir = true;
        self.readings.read(&self.client, wake, (topic, &name, partition), from)
    }

    fn assigned(&mut self, partitions: &[Partition]) -> Result<Option<Change>, String> {
        let tasks = self.tasks(partitions);
        self.readings.reposition(&self.client)?;
        self.client.assign(&[]).map_err(|e| format!("the assignment cannot be acknowledged: {e}"))?;
        self.owned.extend(&tasks);
        self.stir = true;
        tracing::info!(assigned = ?Tasks(&tasks), tasks = self.owned.len(), "the group assigned tasks");
        Ok(Some(Change::Assigned(tasks)))
    }

    fn revoked(&mut self, partitions: &[Partition], lost: bool) -> Result<Option<Change>, String> {
        let mut tasks = self.tasks(partitions);
        tasks.retain(|t| self.owned.contains(t));
        tracing::info!(revoked = ?Tasks(&tasks), lost, "the group takes tasks away");
        self.waits = true;
        if !lost {
            self.revoking.extend(&tasks);
        }
        if lost || tasks.is_empty() {
            self.give_back(&tasks)?;
        }
        Ok((!tasks.is_empty()).then_some(if lost { Change::Lost(tasks) } else { Change::Revoking(tasks) }))
    }

    /// The worker has let go of these.
    pub(crate) fn release(&mut self, tasks: &[TaskId], closing: bool) -> Result<(), String> {
        let asked = tasks.iter().all(|t| self.revoking.contains(t) || !self.owned.contains(t));
        self.give_back(tasks)?;
        if !asked && !closing {
            self.rejoin()?;
        }
        Ok(())
    }
    /// Reads them no more; answers the group when nothing is left to be given back.
    fn give_back(&mut self, tasks: &[TaskId]) -> Result<(), String> {
        for task in tasks {
            self.owned.remove(task);
            self.revoking.remove(task);
        }
        if self.waits && !self.revoking.is_empty() {
            return Ok(());
        }
        self.waits = false;
        let (owned, deployment) = (&self.owned, &self.deployment);
        let gone = self.readings.remove(|topic, partition| !reads(deployment, owned, topic, partition));
        self.readings.reposition(&self.client)?;
        self.stir = true;
        self.client.unassign(&gone).map_err(|e| format!("tasks cannot be given back to the group: {e}"))
    }
    /// Leaves and comes back: the worker let go of tasks that the group had not asked for (another producer had its transactional id).
    fn rejoin(&mut self) -> Result<(), String> {
        tracing::warn!("leaving the group and joining it again");
        self.client.unsubscribe().map_err(|e| format!("the group cannot be left: {e}"))?;
        self.subscribe()
    }

    /// Tasks that these leader partitions stand for.
    fn tasks(&self, partitions: &[Partition]) -> Vec<TaskId> {
        let led = |p: &Partition| self.deployment.task_led_by(self.deployment.topic_named(&p.topic)?, p.partition);
        let mut tasks: Vec<TaskId> = partitions.iter().filter_map(led).collect();
        tasks.sort();
        tasks
    }

    /// Leaves, so that the others take over at once instead of after the session time-out.
    pub(crate) fn leave(self, within: Duration) {
        let until = Instant::now() + within;
        let left = Queue::new(&self.client).map(|events| self.client.begin_close(&events).map(|()| events));
        let Some(Ok(events)) = left else { return };
        while !self.client.closed() && Instant::now() < until {
            if let Some(Event::Rebalance { assigned: false, .. }) = events.poll(Duration::from_millis(20)) {
                let _: Result<(), ClientError> = self.client.unassign(&[]);
            }
        }
    }
}

/// Whether one of these tasks reads the partition.
fn reads(deployment: &Deployment, tasks: &BTreeSet<TaskId>, topic: TopicId, partition: u32) -> bool {
    tasks.iter().any(|t| t.partition == partition && deployment.of(*t).sources.contains(&topic))
}

/// Prints as `0_1 1_4`.
struct Tasks<'a>(&'a [TaskId]);
impl std::fmt::Debug for Tasks<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<String> = self.0.iter().map(TaskId::to_string).collect();
        f.write_str(&names.join(" "))
    }
}
