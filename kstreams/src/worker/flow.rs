//! Records of source partitions come in; a partition whose queue is full is held back until it is half empty.
use super::{Output, engine::Engine, runs::Runs, slot::Slot};
use crate::{
    plan::{TaskId, TopicId},
    task::Batch,
};

impl<T: Runs> Engine<T> {
    /// The task that reads a topic's partition. A topic is a source of one sub-topology only.
    pub(super) fn reader(&self, topic: TopicId, partition: u32) -> Option<TaskId> {
        let sub_topology = self.deployment.sub_topologies.iter().position(|sub| sub.sources.contains(&topic))?;
        Some(TaskId { sub_topology: u32::try_from(sub_topology).ok()?, partition })
    }

    /// Records of a task that is not running were read before it was stopped or rewound: they come again.
    pub(super) fn records(&mut self, topic: TopicId, partition: u32, batch: Box<dyn Batch>) {
        let Some(id) = self.reader(topic, partition) else { return };
        let Some(slot) = self.slots.get_mut(&id) else { return };
        slot.show(topic);
        let Some(task) = slot.running_mut() else { return };
        self.coming.arrived(topic, partition, batch.len());
        task.enqueue(topic, batch);
        if task.queued_bytes(topic) > self.settings.queued_bytes_per_partition {
            self.pause(id, topic);
        }
    }

    pub(super) fn end_of_partition(&mut self, topic: TopicId, partition: u32, offset: i64) {
        let Some(id) = self.reader(topic, partition) else { return };
        let Some(slot) = self.slots.get_mut(&id) else { return };
        slot.show(topic);
        if let Some(task) = slot.running_mut() {
            task.end_of_partition(topic, offset);
        }
    }

    /// Tells the world to read every source of a task from where the task stands.
    pub(super) fn read_sources(&mut self, id: TaskId) {
        let Some(slot) = self.slots.get_mut(&id) else { return };
        let Some(task) = &mut slot.task else { return };
        let mut outputs = Vec::new();
        for source in &mut slot.sources {
            source.reading = true;
            outputs.push(Output::Read { topic: source.topic, partition: id.partition, from: task.position(source.topic) });
            if std::mem::take(&mut source.paused) {
                task.hold(source.topic, false);
                outputs.push(Output::Resume(source.topic, id.partition));
            }
        }
        outputs.into_iter().for_each(|output| self.emit(output));
    }

    pub(super) fn pause_sources(&mut self, id: TaskId) {
        let Some(slot) = self.slots.get(&id) else { return };
        let topics: Vec<TopicId> = slot.sources.iter().map(|source| source.topic).collect();
        topics.into_iter().for_each(|topic| self.pause(id, topic));
    }

    fn pause(&mut self, id: TaskId, topic: TopicId) {
        let Some(Slot { sources, task, .. }) = self.slots.get_mut(&id) else { return };
        let Some(source) = sources.iter_mut().find(|s| s.topic == topic) else { return };
        if source.reading && !source.paused {
            source.paused = true;
            task.iter_mut().for_each(|task| task.hold(topic, true));
            self.emit(Output::Pause(topic, id.partition));
        }
    }

    /// Resumes what has room again, and says whether there was any. Tasks on their way back are resumed by [`Engine::read_sources`].
    pub(super) fn resume_sources(&mut self) -> bool {
        if !self.is_idle() {
            return false;
        }
        let room = self.settings.queued_bytes_per_partition / 2;
        let mut outputs = Vec::new();
        for (id, slot) in &mut self.slots {
            let Slot { task, sources, phase, .. } = slot;
            let (Some(task), super::slot::Phase::Running { .. }) = (task, phase) else { continue };
            for source in sources.iter_mut().filter(|source| source.paused) {
                if task.queued_bytes(source.topic) > room {
                    continue;
                }
                source.paused = false;
                task.hold(source.topic, false);
                outputs.push(Output::Resume(source.topic, id.partition));
            }
        }
        let any = !outputs.is_empty();
        outputs.into_iter().for_each(|output| self.emit(output));
        any
    }
}
