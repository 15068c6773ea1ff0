//! What a Kafka Streams 4.3 program may call and set: the chapter for those who come from there has a word on each.

/// Sections of the chapter, and methods of the interfaces that they are about.
pub const METHODS: &[(&str, &str)] = &[
    ("StreamsBuilder", "stream table globalTable addStateStore addGlobalStore build"),
    (
        "KStream",
        "filter filterNot map flatMap selectKey mapValues flatMapValues print foreach peek split merge repartition to toTable groupBy groupByKey join \
         leftJoin outerJoin process processValues branch defaultBranch",
    ),
    ("KGroupedStream and its windows", "count reduce aggregate windowedBy cogroup emitStrategy"),
    (
        "KTable and KGroupedTable",
        "filter filterNot mapValues toStream suppress transformValues groupBy join leftJoin outerJoin queryableStoreName count reduce aggregate",
    ),
];

/// Settings of `StreamsConfig`; `*` in the chapter stands for the end or the middle of several.
pub const SETTINGS: &str = "acceptable.recovery.lag application.id application.server bootstrap.servers buffered.records.per.partition \
    built.in.metrics.version cache.max.bytes.buffering client.id client.tag.zone commit.interval.ms connections.max.idle.ms \
    default.client.supplier default.deserialization.exception.handler default.dsl.store default.key.serde \
    default.list.key.serde.inner default.list.key.serde.type default.list.value.serde.inner default.list.value.serde.type \
    default.production.exception.handler default.timestamp.extractor default.value.serde deserialization.exception.handler \
    dsl.store.format dsl.store.suppliers.class enable.metrics.push ensure.explicit.internal.resource.naming \
    errors.dead.letter.queue.topic.name group.protocol log.summary.interval.ms max.task.idle.ms max.warmup.replicas \
    metadata.max.age.ms metric.reporters metrics.num.samples metrics.recording.level metrics.sample.window.ms \
    num.standby.replicas num.stream.threads poll.ms probing.rebalance.interval.ms processing.exception.handler \
    processing.exception.handler.global.enabled processing.guarantee production.exception.handler \
    rack.aware.assignment.non_overlap_cost rack.aware.assignment.strategy rack.aware.assignment.tags \
    rack.aware.assignment.traffic_cost receive.buffer.bytes reconnect.backoff.max.ms reconnect.backoff.ms \
    repartition.purge.interval.ms replication.factor request.timeout.ms retry.backoff.ms rocksdb.config.setter security.protocol \
    send.buffer.bytes state.cleanup.delay.ms state.cleanup.dir.max.age.ms state.dir statestore.cache.max.bytes \
    task.assignor.class task.timeout.ms topology.optimization upgrade.from window.size.ms windowed.inner.class.serde \
    windowstore.changelog.additional.retention.ms";

/// Names that stand in the first cells of a section's rows; what stands in brackets is cut off.
pub fn named(chapter: &str, section: &str) -> Vec<String> {
    let lines = chapter.lines().skip_while(|line| line.strip_prefix("## ") != Some(section)).skip(1);
    let cells = lines.take_while(|line| !line.starts_with("## ")).filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let codes = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    codes.flat_map(|code| code.split(')').map(|part| part.split('(').next().unwrap_or(part).to_owned()).collect::<Vec<_>>()).collect()
}
/// Whether a method is named, behind its interface or behind another call or not.
pub fn has_method(named: &[String], method: &str) -> bool {
    named.iter().any(|name| name.rsplit('.').next() == Some(method))
}
/// Whether a setting is named, itself or by a name with `*`.
pub fn has_setting(named: &[String], setting: &str) -> bool {
    named.iter().any(|name| {
        let mut parts = name.split('*');
        let first = parts.next().filter(|first| !first.is_empty());
        let Some(rest) = first.and_then(|first| setting.strip_prefix(first)) else { return false };
        if name.contains('*') { parts.all(|part| rest.contains(part)) } else { rest.is_empty() }
    })
}
