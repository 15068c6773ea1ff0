//! The solver on one plan (orders joined with users, by item, joined with items, counted per hour) over what brokers may hold.
use super::{Facts, TopicFacts, TopicOptions, solve, topic_names};
use crate::codec::Shape;
use crate::plan::{Named, Node, NodeId, NodeKind, Origin, Place, Plan, Store, StoreIndex, StoreKind, Topic, TopicIndex};
use std::{fmt::Write, time::Duration};

const NO_SHAPES: (&Shape, &Shape) = (&Shape::Opaque, &Shape::Opaque);

fn topic(name: &str, origin: Origin, partitions: u32) -> Topic {
    Topic {
        name: name.into(),
        origin,
        named: Named::Exactly,
        partitions,
        partitioner: "murmur2",
        schema: (0, 0),
        types: ("", ""),
        shapes: NO_SHAPES,
        doc: "",
        follows: None,
        reset: None,
        history: None,
        window: None,
        expected: crate::plan::Expected::UNKNOWN,
    }
}
fn store(name: &str, kind: StoreKind, source: Option<u32>) -> Store {
    Store {
        name: name.into(),
        kind,
        window: None,
        schema: (0, 0),
        types: ("", ""),
        shapes: NO_SHAPES,
        logged: true,
        in_memory: false,
        emit_on_commit: false,
        ordered: false,
        source: source.map(TopicIndex),
        topic_config: vec![],
        shared: 0,
        expected: crate::plan::Expected::UNKNOWN,
        advance: None,
        migrations: None,
    }
}
fn node(kind: NodeKind, inputs: &[u32], stores: &[u32]) -> Node {
    let place = Place { file: "main.rs", line: 1, column: 1 };
    let stores = stores.iter().map(|s| StoreIndex(*s)).collect();
    let inputs: Vec<NodeId> = inputs.iter().map(|n| NodeId(*n)).collect();
    Node {
        label: String::new(),
        operator: "",
        function: None,
        also: vec![],
        types: None,
        joins: inputs.len() > 1,
        kind,
        inputs,
        stores,
        globals: vec![],
        sends_old: false,
        window: None,
        place,
    }
}

fn plan() -> Plan {
    let (hour, day) = (Duration::from_secs(3_600), Duration::from_secs(86_400));
    let source = |topic| NodeKind::Source(vec![TopicIndex(topic)]);
    let sink = |topic| NodeKind::Sink(TopicIndex(topic));
    Plan {
        id: "shop".into(),
        nodes: vec![
            node(source(0), &[], &[]),
            node(source(1), &[], &[0]),
            node(NodeKind::Operator, &[0, 1], &[]),
            node(sink(2), &[2], &[]),
            node(source(2), &[], &[]),
            node(source(3), &[], &[1]),
            node(NodeKind::Operator, &[4, 5], &[]),
            node(NodeKind::Operator, &[6], &[2]),
            node(sink(4), &[7], &[]),
        ],
        topics: vec![
            topic("orders", Origin::User, 3),
            topic("users", Origin::User, 3),
            topic("by-item", Origin::Repartition, 6),
            topic("items", Origin::User, 6),
            topic("results", Origin::User, 1),
        ],
        stores: vec![
            store("users", StoreKind::KeyValue, Some(1)),
            store("items", StoreKind::KeyValue, Some(3)),
            store("hourly", StoreKind::Window { size: hour, retention: day }, None),
        ],
        ..Plan::default()
    }
}

/// A line a topic: name, partitions, configuration.
fn facts(text: &str) -> Facts {
    let fact = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let config = words[2..].iter().map(|word| word.split_once('=').unwrap()).map(|(k, v)| (k.to_owned(), v.to_owned()));
        (words[0].to_owned(), TopicFacts { partitions: words[1].parse().unwrap(), config: config.collect() })
    };
    Facts { topics: text.lines().map(str::trim).filter(|line| !line.is_empty()).map(fact).collect() }
}

fn text(plan: &Plan, facts: &Facts, options: &TopicOptions) -> String {
    let solution = match solve(plan, facts, options) {
        Ok(solution) => solution,
        Err(refusal) => return refusal.to_string(),
    };
    let (deployment, mut text) = (&solution.deployment, String::new());
    for sub in &deployment.sub_topologies {
        let names =
            |topics: &[crate::plan::TopicId]| topics.iter().map(|t| deployment.topic(*t).name.to_string()).collect::<Vec<_>>().join(", ");
        writeln!(text, "{} tasks, led by {}, read {}", sub.tasks, names(&[sub.leader]), names(&sub.sources)).unwrap();
        for changelog in &sub.changelogs {
            let kind = if changelog.is_source { " (its source)" } else { "" };
            writeln!(text, "  store {} from {}{kind}", changelog.store, names(&[changelog.topic])).unwrap();
        }
    }
    for topic in solution.create.iter().map(|topic| deployment.topic(*topic)) {
        let config: String = topic.config.iter().map(|(key, value)| format!(" {key}={value}")).collect();
        writeln!(text, "create {} with {} partitions{config}", topic.name, topic.partitions).unwrap();
    }
    solution.notes.iter().for_each(|note| writeln!(text, "note: {note}").unwrap());
    text
}
/// Solves the plan over some facts and compares with the snapshot of that name.
fn check(name: &str, plan: &Plan, topics: &str, options: &TopicOptions) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text(plan, &facts(topics), options));
    });
}

const ALL: &str = "orders 3\n users 3\n items 6\n results 1\n";

#[test]
fn names_are_asked_for() {
    let options = TopicOptions { prefix: "dev-".into(), names: [("items".into(), "articles".into())].into(), ..TopicOptions::default() };
    let names = topic_names(&plan(), &options);
    assert_eq!(names, ["dev-orders", "dev-users", "shop-by-item-repartition", "articles", "dev-results", "shop-hourly-changelog"]);
}
#[test]
fn as_declared() {
    check("as_declared", &plan(), ALL, &TopicOptions::default());
}
#[test]
fn other_counts_everywhere_alike() {
    check("other_counts_everywhere_alike", &plan(), "orders 12\n users 12\n items 24\n results 1", &TopicOptions::default());
    let strict = TopicOptions { strict_partitions: true, ..TopicOptions::default() };
    check("other_counts_when_strict", &plan(), "orders 12\n users 12\n items 24\n results 1", &strict);
}
#[test]
fn counts_that_disagree_and_topics_that_are_missing_are_told_at_once() {
    check("counts_that_disagree", &plan(), "orders 3\n users 6\n items 6", &TopicOptions::default());
}
#[test]
fn user_topics_are_created_on_request() {
    let options = TopicOptions { create_user_topics: true, ..TopicOptions::default() };
    check("user_topics_created", &plan(), "orders 5", &options);
}
#[test]
fn internal_topics_that_fit() {
    let internal = "shop-by-item-repartition 6 cleanup.policy=delete retention.ms=-1
        shop-hourly-changelog 6 cleanup.policy=delete,compact retention.ms=172800000";
    check("internal_topics_that_fit", &plan(), &format!("{ALL}{internal}"), &TopicOptions::default());
}
#[test]
fn internal_topics_that_do_not_fit() {
    let internal = "shop-by-item-repartition 3 cleanup.policy=compact retention.ms=604800000
        shop-hourly-changelog 6 cleanup.policy=delete retention.ms=60000";
    check("internal_topics_that_do_not_fit", &plan(), &format!("{ALL}{internal}"), &TopicOptions::default());
}
#[test]
fn a_key_value_changelog_must_not_delete() {
    let mut plan = plan();
    plan.stores[2].kind = StoreKind::KeyValue;
    let internal = "shop-hourly-changelog 6 cleanup.policy=compact,delete";
    check("a_key_value_changelog_must_not_delete", &plan, &format!("{ALL}{internal}"), &TopicOptions::default());
}
#[test]
fn a_versioned_changelog_must_not_forget_too_early() {
    let mut plan = plan();
    plan.stores[2].kind = StoreKind::Versioned { history: Duration::from_secs(3600) };
    let internal = "shop-hourly-changelog 6 cleanup.policy=compact min.compaction.lag.ms=0";
    check("a_versioned_changelog", &plan, &format!("{ALL}{internal}"), &TopicOptions::default());
}
#[test]
fn a_stores_own_topic_settings_go_over_ours() {
    let mut plan = plan();
    plan.stores[2].topic_config = vec![("cleanup.policy".into(), "compact".into()), ("segment.ms".into(), "3600000".into())];
    check("a_stores_own_topic_settings", &plan, ALL, &TopicOptions::default());
}
#[test]
fn an_unlogged_store_has_no_changelog() {
    let mut plan = plan();
    plan.stores[2].logged = false;
    check("an_unlogged_store", &plan, ALL, &TopicOptions::default());
}
#[test]
fn a_repartition_alone_keeps_its_declared_count() {
    let mut plan = plan();
    plan.nodes[6].inputs = vec![NodeId(4)];
    plan.nodes[6].joins = false;
    plan.topics[2].partitions = 4;
    check("a_repartition_alone", &plan, "orders 12\n users 12\n items 24\n results 1", &TopicOptions::default());
}
#[test]
fn a_repartition_follows_what_it_was_placed_for() {
    let mut plan = plan();
    plan.nodes[6].inputs = vec![NodeId(4)];
    plan.nodes[6].joins = false;
    plan.topics[2].follows = Some(NodeId(0));
    check("a_repartition_follows", &plan, "orders 12\n users 12\n items 24\n results 1", &TopicOptions::default());
}
#[test]
fn a_table_on_a_topic_that_forgets_is_worth_a_word() {
    let topics = "orders 3\n users 3 cleanup.policy=delete retention.ms=604800000\n items 6 cleanup.policy=compact\n results 1";
    check("a_table_on_a_topic_that_forgets", &plan(), topics, &TopicOptions::default());
}
#[test]
fn a_versioned_table_on_a_topic_that_compacts_early_is_worth_a_word() {
    let mut plan = plan();
    plan.stores[0].kind = StoreKind::Versioned { history: Duration::from_secs(3600) };
    let topics = "orders 3\n users 3 cleanup.policy=compact min.compaction.lag.ms=0\n items 6 cleanup.policy=compact\n results 1";
    check("a_versioned_table_on_a_topic_that_compacts", &plan, topics, &TopicOptions::default());
}
#[test]
fn a_topic_read_by_two_parts_is_refused() {
    let mut plan = plan();
    plan.nodes[4].kind = NodeKind::Source(vec![TopicIndex(2), TopicIndex(0)]);
    check("a_topic_read_by_two_parts", &plan, "orders 6\n users 6\n items 6\n results 1", &TopicOptions::default());
}
/// `orders`, joined with `users`, is a pattern.
fn plan_with_pattern() -> Plan {
    let mut plan = plan();
    plan.topics[0] = Topic { named: Named::Pattern, ..topic("shop-.*-orders", Origin::User, 3) };
    plan
}
const OTHERS: &str = "users 3\n items 6\n results 1\n shop-fr-orders 3\n";

#[test]
fn a_pattern_takes_all_that_match() {
    let plan = plan_with_pattern();
    assert_eq!(topic_names(&plan, &TopicOptions::default())[0], "users");
    check("a_pattern", &plan, &format!("{OTHERS} shop-de-orders 3\n shop-orders 1\n my-shop-de-orders 1"), &TopicOptions::default());
}
#[test]
fn a_pattern_without_a_match_is_refused() {
    let options = TopicOptions { create_user_topics: true, prefix: "dev-".into(), ..TopicOptions::default() };
    check("a_pattern_without_a_match", &plan_with_pattern(), "shop-fr-orders 3\n dev-users 3", &options);
}
#[test]
fn topics_of_a_pattern_agree_with_what_they_meet() {
    check("a_pattern_that_disagrees", &plan_with_pattern(), &format!("{OTHERS} shop-de-orders 6"), &TopicOptions::default());
}
#[test]
fn a_pattern_that_is_renamed_is_the_whole_expression() {
    let names = [("shop-.*-orders".to_owned(), "(old|new)-orders".to_owned())].into();
    let options = TopicOptions { prefix: "dev-".into(), names, ..TopicOptions::default() };
    check("a_pattern_renamed", &plan_with_pattern(), "dev-users 3\n dev-items 6\n dev-results 1\n old-orders 3\n new-orders 3", &options);
}
#[test]
fn a_topic_has_one_source_whatever_it_matches() {
    let mut plan = plan_with_pattern();
    plan.topics[3] = Topic { named: Named::Pattern, ..topic("shop-fr-.*", Origin::User, 6) };
    plan.stores[1].source = None;
    let names = [("users".to_owned(), "shop-our-orders".to_owned())].into();
    let options = TopicOptions { names, dead_letter: Some("shop-dead-orders".into()), ..TopicOptions::default() };
    let topics = "results 1\n shop-fr-orders 3\n shop-our-orders 3\n shop-dead-orders 3";
    check("a_topic_of_two_patterns", &plan, topics, &options);
}
