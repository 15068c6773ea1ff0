//! A configuration as logs may show it: without secrets.
use super::Config;
use std::{collections::BTreeMap, fmt};

/// Parts of names whose values are never printed; `jaas` is Java's, which librdkafka refuses after somebody has written it.
const SECRET: [&str; 10] =
    ["password", "passphrase", "secret", "token", "credential", "oauthbearer.config", "ssl.key", "private.key", "jaas", "username"];

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("settings", &self.settings())
            .field("threads", &self.threads)
            .field("state_dir", &self.state_dir)
            .field("cache_bytes", &self.cache_bytes)
            .field("instance", &self.instance)
            .field("endpoint", &self.endpoint)
            .field("topics", &self.topics)
            .field("replication_factor", &self.replication_factor)
            .field("latest", &self.latest)
            .field("transaction_timeout", &self.transaction_timeout)
            .field("deadline", &self.deadline)
            .field("topic_look", &self.topic_look)
            .field("kafka", &shown(&self.kafka))
            .finish()
    }
}
fn shown(properties: &BTreeMap<String, String>) -> BTreeMap<&str, &str> {
    properties.iter().map(|(name, value)| (&**name, told(name, value))).collect()
}
/// A property's value, unless it is a secret.
pub(super) fn told<'a>(name: &str, value: &'a str) -> &'a str {
    // Whoever writes a name in capitals will be told so, and not by showing the value.
    let name = name.to_lowercase();
    if SECRET.iter().any(|part| name.contains(part)) { "[hidden]" } else { value }
}
