//! The access rights that an application needs, as commands.
use super::{Role, Topic};

/// `kafka-acls` lines for a principal that is named after the application.
pub(super) fn commands(id: &str, topics: &[Topic]) -> Vec<String> {
    let named = |role: Role| topics.iter().filter(move |t| t.role == role && !t.pattern);
    let names = |role: Role| named(role).map(|t| format!(" --topic {}", t.name)).collect::<String>();
    let (sources, results) = (names(Role::Source) + &names(Role::Global), names(Role::Result));
    let mut commands = vec![];
    let mut allow = |operations: &[&str], on: String| {
        let operations: String = operations.iter().map(|o| format!(" --operation {o}")).collect();
        commands.push(format!("kafka-acls --bootstrap-server HOST:PORT --add --allow-principal User:{id}{operations}{on}"));
    };
    if !sources.is_empty() {
        allow(&["Read", "Describe", "DescribeConfigs"], sources);
    }
    // Kafka's rights know prefixes, and no expressions.
    for topic in topics.iter().filter(|t| t.pattern) {
        let on = match beginning(&topic.name) {
            "" => " --topic '*'".to_owned(),
            begin => format!(" --topic {begin} --resource-pattern-type prefixed"),
        };
        allow(&["Read", "Describe", "DescribeConfigs"], on);
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
/// What every name that matches begins with.
fn beginning(pattern: &str) -> &str {
    // A character that may be missing belongs to what follows it; an alternative may begin otherwise.
    let end = pattern.find(|c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c))).unwrap_or(pattern.len());
    let end = if pattern[end..].starts_with(['?', '*', '{']) { end.saturating_sub(1) } else { end };
    if pattern.contains('|') { "" } else { &pattern[..end] }
}

#[cfg(test)]
mod tests {
    use super::beginning;

    #[test]
    fn rights_are_asked_for_what_may_match() {
        let beginnings = ["shop-.*-orders", "shops?-.*", "(a|b)-orders", "a|b", "orders", r"a\.b"].map(beginning);
        assert_eq!(beginnings, ["shop-", "shop", "", "", "orders", "a"]);
    }
}
