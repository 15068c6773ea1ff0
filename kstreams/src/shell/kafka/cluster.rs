//! What is asked of the cluster, and created in it, before any worker runs.
use super::{
    ask::Ask,
    failure::ask_again,
    ffi::{Client, ClientError, Code, ConfigValue, Event, NewTopic, Queue, TopicAnswer},
    log,
    properties::Connection,
};
use crate::plan::DeployedTopic;
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

/// The cluster, for administration.
pub(crate) struct Cluster {
    client: Arc<Client>,
    ask: Ask,
    deadline: Duration,
}

/// One request may take so long; then it is sent again until the deadline.
pub(super) const REQUEST: Duration = Duration::from_secs(10);

impl Cluster {
    pub(crate) fn connect(connection: &Connection, name: &str, deadline: Duration) -> Result<Cluster, String> {
        let client = Client::producer(&connection.admin(name))?;
        Ok(Cluster { ask: Ask::new(&client)?, client, deadline })
    }

    /// Names of all topics.
    pub(crate) fn names(&self) -> Result<Vec<String>, String> {
        until_answered(self.deadline, || self.client.topics(REQUEST))
    }
    /// How many partitions each topic has; topics that do not exist are left out.
    pub(crate) fn partitions(&self, names: &[String]) -> Result<BTreeMap<String, u32>, String> {
        if names.is_empty() {
            return Ok(BTreeMap::new());
        }
        let answers = self.ask_until_answered(
            |client, queue| client.describe_topics(names, 0, REQUEST, queue),
            |event| match event {
                Event::Topics { answer } => Ok(answer),
                other => Err(other),
            },
        )?;
        let mut counts = BTreeMap::new();
        for (name, answer) in answers {
            match answer {
                Ok(count) => drop(counts.insert(name, count)),
                Err(e) if e.code == Code::UNKNOWN_TOPIC_OR_PART => {}
                Err(e) => return Err(format!("the topic {name:?} cannot be described: {e}")),
            }
        }
        Ok(counts)
    }

    /// Creates topics. One that exists by now is as good as created.
    pub(crate) fn create(&self, topics: &[&DeployedTopic], replication: i32) -> Result<(), String> {
        if topics.is_empty() {
            return Ok(());
        }
        let new: Vec<NewTopic> = topics
            .iter()
            .map(|t| NewTopic { name: t.name.to_string(), partitions: t.partitions, replication, config: t.config.clone() })
            .collect();
        let answers = self.ask_until_answered(
            |client, queue| client.create_topics(&new, 0, REQUEST, queue),
            |event| match event {
                Event::Created { answer } => Ok(answer),
                other => Err(other),
            },
        )?;
        for topic in new {
            match answers.iter().find(|(name, _)| *name == topic.name) {
                Some((_, Ok(()))) => tracing::info!(topic = %topic.name, partitions = topic.partitions, "created a topic"),
                Some((_, Err(e))) if e.code == Code::TOPIC_ALREADY_EXISTS => {}
                Some((name, Err(e))) => return Err(format!("the topic {name:?} cannot be created: {e}")),
                None => {
                    return Err(format!(
                        "the topic {:?} cannot be created: the client refuses its name or its number of partitions",
                        topic.name
                    ));
                }
            }
        }
        self.wait_for(topics)
    }
    /// A topic is created before every broker knows of it.
    fn wait_for(&self, topics: &[&DeployedTopic]) -> Result<(), String> {
        let names: Vec<String> = topics.iter().map(|t| t.name.to_string()).collect();
        let until = Instant::now() + self.deadline;
        while self.partitions(&names)?.len() < names.len() {
            if Instant::now() >= until {
                return Err(format!("the topics {names:?} were created, but the brokers do not show them"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// The configurations of these topics, all of which exist.
    pub(crate) fn configs(&self, names: &[String]) -> Result<Vec<TopicAnswer<Vec<ConfigValue>>>, String> {
        if names.is_empty() {
            return Ok(vec![]);
        }
        self.ask_until_answered(
            |client, queue| client.describe_topic_configs(names, 0, REQUEST, queue),
            |event| match event {
                Event::TopicConfigs { answer } => Ok(answer),
                other => Err(other),
            },
        )
    }

    fn ask_until_answered<T>(
        &self,
        send: impl Fn(&Client, &Queue),
        pick: impl Fn(Event) -> Result<Result<T, ClientError>, Event>,
    ) -> Result<T, String> {
        until_answered(self.deadline, || self.ask.ask(REQUEST, &send, &pick).and_then(|answer| answer))
    }
}

/// An answer, or why there was none until the deadline.
pub(super) fn until_answered<T>(deadline: Duration, ask: impl Fn() -> Result<T, ClientError>) -> Result<T, String> {
    let until = Instant::now() + deadline;
    loop {
        match ask() {
            Ok(answer) => return Ok(answer),
            Err(e) if ask_again(&e) && Instant::now() < until => std::thread::sleep(Duration::from_millis(200)),
            Err(e) => return Err(format!("the brokers do not answer: {e}. Are bootstrap servers, listeners and credentials right?")),
        }
    }
}

/// Asks for the names of all topics, over a client of its own that is made with the first question.
pub(crate) struct AllTopics {
    connection: Connection,
    client: Option<Arc<Client>>,
}
impl AllTopics {
    pub(super) fn new(connection: Connection) -> AllTopics {
        AllTopics { connection, client: None }
    }
    /// Once: who asks will ask again.
    pub(crate) fn ask(&mut self) -> Result<Vec<String>, String> {
        let client = self.client.take().map_or_else(|| Client::producer(&self.connection.admin("topics")), Ok)?;
        log::drain(&client);
        self.client.insert(client).topics(REQUEST).map_err(|e| e.to_string())
    }
}
