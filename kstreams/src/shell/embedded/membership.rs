//! A worker's place in its group: leader partitions in, tasks out; tasks are held while a member with another layout is there.
use super::{
    log::{EmbeddedLog, LogError, Membership, TopicPartition},
    topics::Numbers,
};
use crate::{
    plan::{Deployment, TaskId},
    worker::Input,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A worker as a member.
pub(super) struct Member {
    deployment: Arc<Deployment>,
    client_id: String,
    tasks: BTreeMap<TopicPartition, TaskId>,
    pub(super) membership: Membership,
    /// Tasks that the worker was told it has.
    had: BTreeSet<TaskId>,
    /// Tasks that wait until every member has this layout.
    held: Vec<TaskId>,
}
impl Member {
    pub(super) fn join(log: &EmbeddedLog, deployment: &Arc<Deployment>, numbers: &Numbers, client: &str) -> Result<Member, LogError> {
        let client_id = format!("{client}/{:016x}", deployment.layout_hash());
        let leader = |task: &TaskId| numbers.at(deployment.of(*task).leader, task.partition);
        let tasks = deployment.tasks().map(|t| (leader(&t), t)).collect();
        let membership = join(log, deployment, &client_id)?;
        Ok(Member { deployment: deployment.clone(), client_id, tasks, membership, had: BTreeSet::new(), held: vec![] })
    }
    /// What the group did since the last poll; answers how many tasks it assigned.
    pub(super) fn poll(&mut self, log: &EmbeddedLog, happened: &mut Vec<Input>) -> Result<usize, LogError> {
        match log.poll_group(&mut self.membership) {
            Ok(change) => {
                let (revoking, assigned) = (self.tasks_of(&change.revoking), self.tasks_of(&change.assigned));
                let came = assigned.len();
                self.held.extend(assigned);
                self.revoke(log, revoking, happened);
                self.hand_out(log, happened);
                Ok(came)
            }
            Err(LogError::UnknownMember) => self.rejoin(log, happened).map(|()| 0),
            Err(error) => Err(error),
        }
    }
    /// Gives tasks back.
    pub(super) fn release(&mut self, log: &EmbeddedLog, tasks: &[TaskId]) {
        tasks.iter().for_each(|t| _ = self.had.remove(t));
        log.release(&self.membership, &self.partitions_of(tasks));
    }
    /// Who keeps this member's tasks waiting: client ids of members with another layout.
    pub(super) fn waiting_for(&self, log: &EmbeddedLog) -> Option<String> {
        let others = if self.held.is_empty() { vec![] } else { self.strangers(log) };
        (!others.is_empty()).then(|| others.join(", "))
    }
    /// Held tasks were never handed out, so they go back at once.
    fn revoke(&mut self, log: &EmbeddedLog, revoking: Vec<TaskId>, happened: &mut Vec<Input>) {
        let (held, had): (Vec<TaskId>, Vec<TaskId>) = revoking.into_iter().partition(|t| self.held.contains(t));
        self.held.retain(|t| !held.contains(t));
        if !held.is_empty() {
            self.release(log, &held);
        }
        if !had.is_empty() {
            happened.push(Input::Revoking(had));
        }
    }
    fn hand_out(&mut self, log: &EmbeddedLog, happened: &mut Vec<Input>) {
        if self.held.is_empty() || !self.strangers(log).is_empty() {
            return;
        }
        let assigned = std::mem::take(&mut self.held);
        self.had.extend(&assigned);
        happened.push(Input::Assigned(assigned));
    }
    fn rejoin(&mut self, log: &EmbeddedLog, happened: &mut Vec<Input>) -> Result<(), LogError> {
        self.held.clear();
        happened.push(Input::Lost(std::mem::take(&mut self.had).into_iter().collect()));
        self.membership = join(log, &self.deployment, &self.client_id)?;
        Ok(())
    }
    fn strangers(&self, log: &EmbeddedLog) -> Vec<String> {
        let layout = |client: &str| client.rsplit('/').next().map(str::to_owned);
        let ours = layout(&self.client_id);
        log.members(&self.deployment.application_id).into_iter().map(|(_, client, _)| client).filter(|c| layout(c) != ours).collect()
    }
    fn tasks_of(&self, partitions: &[TopicPartition]) -> Vec<TaskId> {
        partitions.iter().filter_map(|p| self.tasks.get(p).copied()).collect()
    }
    fn partitions_of(&self, tasks: &[TaskId]) -> Vec<TopicPartition> {
        self.tasks.iter().filter(|(_, t)| tasks.contains(t)).map(|(p, _)| *p).collect()
    }
}

fn join(log: &EmbeddedLog, deployment: &Deployment, client_id: &str) -> Result<Membership, LogError> {
    let leaders: Vec<&str> = deployment.sub_topologies.iter().map(|s| &*deployment.topic(s.leader).name).collect();
    log.join(&deployment.application_id, client_id, &leaders)
}

/// Members of the application's group: client ids and tasks.
///
/// # Errors
/// A topic is missing.
pub fn owners(log: &EmbeddedLog, deployment: &Deployment) -> Result<Vec<(String, Vec<TaskId>)>, LogError> {
    let numbers = Numbers::find(log, deployment)?;
    let leader = |task: &TaskId| numbers.at(deployment.of(*task).leader, task.partition);
    let tasks: BTreeMap<TopicPartition, TaskId> = deployment.tasks().map(|t| (leader(&t), t)).collect();
    let of = |owned: Vec<TopicPartition>| owned.iter().filter_map(|p| tasks.get(p).copied()).collect();
    Ok(log.members(&deployment.application_id).into_iter().map(|(_, client_id, owned)| (client_id, of(owned))).collect())
}
