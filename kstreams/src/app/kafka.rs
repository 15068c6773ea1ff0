//! An application's workers on Kafka.
use super::{
    AppError,
    reading::{MemberTasks, Serving},
    state::State,
    supervisor::{RunningWorker, Workers},
    telling::Told,
};
use crate::{
    Blueprint, Config,
    plan::Deployment,
    shell::{
        Desk, Parking, SystemClock, Unclaimed,
        kafka::{Launch, OWNED, Roster},
    },
};
use std::sync::Arc;

pub(super) fn start(blueprint: &Arc<Blueprint>, config: &Config, state: State, told: &Arc<Told>) -> Result<Workers, AppError> {
    refuse_owned(config)?;
    let launch = launch(blueprint, config, state, told);
    let (desks, roster, mut topics) = (launch.desks.clone(), launch.roster(), launch.topic_names());
    let (settings, parking, clock) = (launch.settings.clone(), launch.parking.clone(), launch.clock);
    let launched = launch.start().map_err(AppError::Start)?;
    let deployment = launched.deployment().clone();
    let unclaimed = Unclaimed { blueprint: blueprint.clone(), deployment: deployment.clone(), settings, parking, clock };
    let (known, clock) = (deployment.clone(), unclaimed.clock);
    let serving = Serving { deployment, clock, desks, members: Arc::new(move || members(&roster, &known)) };
    let worker = |(close, thread): (crate::shell::kafka::CloseFlag, _)| RunningWorker { ask: Box::new(move || close.ask()), thread };
    let workers = launched.into_workers().map(worker).collect();
    Ok(Workers { workers, unclaimed, serving, drained: Box::new(|| false), topics: Box::new(move || topics.ask()) })
}
fn launch(blueprint: &Arc<Blueprint>, config: &Config, state: State, told: &Arc<Told>) -> Launch {
    let told = told.clone();
    Launch {
        blueprint: blueprint.clone(),
        settings: config.settings(),
        properties: config.kafka.clone().into_iter().collect(),
        topics: config.topic_options(),
        replication_factor: config.replication_factor,
        instance: state.instance,
        threads: config.threads,
        databases: state.databases,
        latest: config.latest,
        transaction_timeout: config.transaction_timeout,
        deadline: config.deadline,
        parking: Parking::new(),
        clock: SystemClock::new(),
        events: Arc::new(move |event| told.tell(&event)),
        desks: (0..config.threads).map(|_| Desk::default()).collect(),
        endpoint: config.endpoint.clone(),
    }
}
fn members(roster: &Roster, deployment: &Deployment) -> Result<Vec<MemberTasks>, String> {
    let member = |m: crate::shell::kafka::RosterMember| {
        let led = |(topic, partition): &(String, u32)| deployment.task_led_by(deployment.topic_named(topic)?, *partition);
        MemberTasks { tasks: m.partitions.iter().filter_map(led).collect(), client_id: m.client_id, host: Some(m.host) }
    };
    Ok(roster.members()?.into_iter().map(member).collect())
}
/// Properties that mean what the engine needs them to mean.
fn refuse_owned(config: &Config) -> Result<(), AppError> {
    let plain = |name: &str| name.trim_start_matches("producer.").trim_start_matches("consumer.").to_owned();
    match config.kafka.keys().find(|name| OWNED.contains(&&*plain(name))) {
        Some(name) => Err(AppError::Config(format!(
            "the property `{name}` is set by kstreams, whose guarantees rest on it. Remove it; what it is for has a setting of `Config`"
        ))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_that_the_engine_relies_on_are_refused() {
        assert!(refuse_owned(&Config::new().kafka("linger.ms", "5")).is_ok());
        for name in ["acks", "producer.acks", "consumer.group.id"] {
            let text = refuse_owned(&Config::new().kafka(name, "1")).unwrap_err().to_string();
            assert!(text.starts_with(&format!("the property `{name}` is set by kstreams")), "{text}");
        }
    }
}
