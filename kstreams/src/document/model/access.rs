//! The access rights that an application needs, as commands.
use super::{Role, Topic};

/// `kafka-acls` lines for a principal that is named after the application.
pub(super) fn commands(id: &str, topics: &[Topic]) -> Vec<String> {
    let names = |role: Role| topics.iter().filter(move |t| t.role == role).map(|t| format!(" --topic {}", t.name)).collect::<String>();
    let (sources, results) = (names(Role::Source) + &names(Role::Global), names(Role::Result));
    let mut commands = vec![];
    let mut allow = |operations: &[&str], on: String| {
        let operations: String = operations.iter().map(|o| format!(" --operation {o}")).collect();
        commands.push(format!("kafka-acls --bootstrap-server HOST:PORT --add --allow-principal User:{id}{operations}{on}"));
    };
    if !sources.is_empty() {
        allow(&["Read", "Describe", "DescribeConfigs"], sources);
    }
    if !results.is_empty() {
        allow(&["Write", "Describe", "DescribeConfigs"], results);
    }
    if topics.iter().any(|t| t.role.is_internal()) {
        // Records of repartition topics are deleted when they are committed.
        let all = ["Create", "Read", "Write", "Delete", "Describe", "DescribeConfigs"];
        allow(&all, format!(" --topic {id}- --resource-pattern-type prefixed"));
    }
    allow(&["Read", "Describe"], format!(" --group {id}"));
    allow(&["Write", "Describe"], format!(" --transactional-id {id}- --resource-pattern-type prefixed"));
    commands
}
