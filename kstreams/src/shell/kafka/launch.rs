//! An application on Kafka: its topics are solved and created, then one thread a worker runs until it is asked to finish.
use super::{
    cluster::{AllTopics, Cluster},
    globals::KafkaGlobals,
    properties::Connection,
    roster::Roster,
    world::{CloseFlag, KafkaWorld, Surroundings},
};
use crate::{
    Blueprint,
    plan::{
        Deployment, Plan,
        solve::{Facts, Patterns, Solution, TopicFacts, TopicOptions, solve, topic_names},
    },
    shell::{Databases, Desk, Parking, Stopwatch, SystemClock, turn_with},
    worker::{Event, Settings, Worker},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

/// What is launched, and where.
#[derive(Clone)]
pub struct Launch {
    /// What tasks are built from.
    pub blueprint: Arc<Blueprint>,
    /// Limits and policies of each worker.
    pub settings: Settings,
    /// librdkafka's properties, `bootstrap.servers` among them; `consumer.` or `producer.` before a name restricts it to that kind of client.
    pub properties: Vec<(String, String)>,
    /// Names of topics, and which may be created.
    pub topics: TopicOptions,
    /// Of topics that are created.
    pub replication_factor: i32,
    /// This process among the application's: part of transactional ids, so no two may share it.
    pub instance: String,
    /// Workers.
    pub threads: u32,
    /// Where state lies.
    pub databases: Arc<dyn Databases>,
    /// Where the group has committed nothing: begin with what comes from now on instead of the first record there is.
    pub latest: bool,
    /// How long a transaction may be open before the coordinator ends it.
    pub transaction_timeout: Duration,
    /// The longest that one call to the brokers may take.
    pub deadline: Duration,
    /// Tasks of this process that moved away.
    pub parking: Parking,
    /// One for all workers: parked tasks are dated by it.
    pub clock: SystemClock,
    /// Who wants to know what happens.
    pub events: Arc<dyn Fn(Event) + Send + Sync>,
    /// Where each worker takes in queries; workers beyond these have desks that nobody knows.
    pub desks: Vec<Desk>,
    /// Where other members of the group find this process, `host:port`.
    pub endpoint: Option<String>,
}

/// A running application.
pub struct Launched {
    deployment: Arc<Deployment>,
    workers: Vec<(CloseFlag, JoinHandle<Result<(), String>>)>,
}

impl Launch {
    /// Solves and creates topics, then starts the workers.
    ///
    /// # Errors
    /// The brokers cannot be reached, topics do not fit the topology, or a worker cannot start; the text says what to do.
    pub fn start(self) -> Result<Launched, String> {
        let cluster = Cluster::connect(&self.connection(), "launch", self.deadline)?;
        let deployment = Arc::new(self.deploy(&cluster)?);
        drop(cluster);
        let globals = KafkaGlobals::start(&deployment, &self.connection(), &format!("{}-{}-global", self.plan().id, self.instance))?;
        let mut launched = Launched { deployment: deployment.clone(), workers: vec![] };
        for thread in 0..self.threads {
            match self.start_worker(&deployment, &globals, thread) {
                Ok(worker) => launched.workers.push(worker),
                Err(reason) => {
                    // Nobody would ever end those that run already.
                    let _ = launched.close();
                    return Err(reason);
                }
            }
        }
        Ok(launched)
    }

    /// What each worker's consumer is configured with.
    pub fn consumer_properties(&self) -> Vec<(String, String)> {
        self.connection().group_consumer(&self.worker_name(0))
    }
    /// What each worker's producer is configured with.
    pub fn producer_properties(&self) -> Vec<(String, String)> {
        let name = self.worker_name(0);
        let transactional = self.settings.guarantee == crate::worker::Guarantee::ExactlyOnce;
        self.connection().producer(&name, transactional.then_some(&name))
    }

    /// Who asks the group about its members.
    pub(crate) fn roster(&self) -> Roster {
        Roster::new(self.connection())
    }
    /// Who asks for all topics.
    pub(crate) fn topic_names(&self) -> AllTopics {
        AllTopics::new(self.connection())
    }
    fn plan(&self) -> &Plan {
        self.blueprint.plan()
    }
    fn connection(&self) -> Connection {
        Connection {
            application_id: self.plan().id.clone(),
            guarantee: self.settings.guarantee,
            user: self.properties.clone(),
            transaction_timeout: self.transaction_timeout,
        }
    }
    fn worker_name(&self, thread: u32) -> String {
        format!("{}-{}-{thread}", self.plan().id, self.instance)
    }

    fn deploy(&self, cluster: &Cluster) -> Result<Deployment, String> {
        let facts = facts(cluster, &known_names(cluster, self.plan(), &self.topics)?)?;
        let Solution { deployment, create, notes } = solve(self.plan(), &facts, &self.topics).map_err(|refusal| refusal.to_string())?;
        notes.iter().for_each(|note| tracing::info!("{note}"));
        let create: Vec<_> = create.into_iter().map(|topic| deployment.topic(topic)).collect();
        cluster.create(&create, self.replication_factor)?;
        Ok(deployment)
    }

    /// The worker is built on its thread: operators never leave it.
    fn start_worker(
        &self,
        deployment: &Arc<Deployment>,
        globals: &Arc<KafkaGlobals>,
        thread: u32,
    ) -> Result<(CloseFlag, JoinHandle<Result<(), String>>), String> {
        let around = Surroundings {
            deployment: deployment.clone(),
            connection: self.connection(),
            name: self.worker_name(thread),
            databases: self.databases.clone(),
            parking: self.parking.clone(),
            events: self.events.clone(),
            globals: globals.clone(),
            clock: self.clock,
            latest: self.latest,
            deadline: self.deadline,
            desk: self.desks.get(thread as usize).cloned().unwrap_or_default(),
            endpoint: self.endpoint.clone(),
        };
        let (blueprint, settings, (ready, started)) = (self.blueprint.clone(), self.settings.clone(), mpsc::channel());
        let name = around.name.clone();
        let work = move || {
            let (deployment, desk) = (around.deployment.clone(), around.desk.clone());
            match KafkaWorld::new(around) {
                Ok(world) => {
                    // The other end waits for it.
                    let _ = ready.send(Ok(world.close_flag()));
                    run(&desk, Worker::new(blueprint, deployment, settings), world)
                }
                Err(reason) => {
                    let _ = ready.send(Err(reason.clone()));
                    Err(reason)
                }
            }
        };
        let running = thread::Builder::new().name(name).spawn(work).map_err(|e| format!("no thread for a worker: {e}"))?;
        let close = started.recv().map_err(|_| "a worker ended before it began".to_owned())??;
        Ok((close, running))
    }
}

fn run(desk: &Desk, mut worker: Worker, mut world: KafkaWorld) -> Result<(), String> {
    let mut happened = vec![];
    let mut watch = Stopwatch::start(desk.load());
    let ended = loop {
        if turn_with(&mut worker, &mut world, &mut happened, &mut |part| watch.ended(part)) {
            break Ok(());
        }
        if let Some(reason) = world.take_failure() {
            break Err(reason);
        }
    };
    drop(worker);
    world.leave();
    ended
}

/// Names of the topics that a plan names, and of those that its patterns find.
pub(crate) fn known_names(cluster: &Cluster, plan: &Plan, options: &TopicOptions) -> Result<Vec<String>, String> {
    let (mut names, patterns) = (topic_names(plan, options), Patterns::of(plan, options));
    if !patterns.is_empty() {
        let there = cluster.names()?;
        names.extend(patterns.find(there.iter().map(String::as_str)).into_iter().map(|(_, name)| name));
    }
    names.sort();
    names.dedup();
    Ok(names)
}
/// What the brokers hold of these topics.
pub(crate) fn facts(cluster: &Cluster, names: &[String]) -> Result<Facts, String> {
    let partitions = cluster.partitions(names)?;
    let existing: Vec<String> = partitions.keys().cloned().collect();
    let mut configs: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (name, answer) in cluster.configs(&existing)? {
        let found = answer.map_err(|e| format!("the configuration of topic {name:?} cannot be read: {e}"))?;
        configs.insert(name, found.into_iter().map(|c| (c.name, c.value)).collect());
    }
    let fact = |(name, partitions): (String, u32)| {
        let config = configs.remove(&name).unwrap_or_default();
        (name, TopicFacts { partitions, config })
    };
    Ok(Facts { topics: partitions.into_iter().map(fact).collect() })
}

impl Launched {
    /// What runs.
    pub fn deployment(&self) -> &Arc<Deployment> {
        &self.deployment
    }
    /// The workers: how to ask each to finish, and its thread, which answers why it failed.
    pub(crate) fn into_workers(self) -> impl Iterator<Item = (CloseFlag, JoinHandle<Result<(), String>>)> {
        self.workers.into_iter()
    }
    /// Whether a worker has ended, by a failure or because it was asked to.
    pub fn ended(&self) -> bool {
        self.workers.iter().any(|(_, running)| running.is_finished())
    }
    /// Lets every worker finish: it commits, gives its tasks back and leaves.
    ///
    /// # Errors
    /// Why a worker failed.
    pub fn close(self) -> Result<(), String> {
        self.workers.iter().for_each(|(close, _)| close.ask());
        // All of them are waited for, also when the first has failed.
        let ends: Vec<_> = self.workers.into_iter().map(|(_, running)| running.join()).collect();
        ends.into_iter().try_for_each(|end| end.unwrap_or_else(|_| Err("a worker panicked".to_owned())))
    }
}
