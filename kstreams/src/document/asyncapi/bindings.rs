//! The Kafka bindings, version 0.5.0.
use serde::Serialize;
use serde_json::{Value, json};

const VERSION: &str = "0.5.0";

#[derive(Serialize)]
pub(super) struct ChannelBinding {
    kafka: ChannelKafka,
}
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ChannelKafka {
    topic: String,
    partitions: u32,
    binding_version: &'static str,
}
impl ChannelBinding {
    pub(super) fn of(topic: &str, partitions: u32) -> Self {
        ChannelBinding { kafka: ChannelKafka { topic: topic.to_owned(), partitions, binding_version: VERSION } }
    }
}

#[derive(Serialize)]
pub(super) struct OperationBinding {
    kafka: OperationKafka,
}
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OperationKafka {
    #[serde(skip_serializing_if = "Option::is_none")]
    group_id: Option<Value>,
    binding_version: &'static str,
}
impl OperationBinding {
    pub(super) fn of(group: Option<&str>) -> Self {
        let group_id = group.map(|group| json!({ "type": "string", "enum": [group] }));
        OperationBinding { kafka: OperationKafka { group_id, binding_version: VERSION } }
    }
}

#[derive(Serialize)]
pub(super) struct MessageBinding {
    kafka: MessageKafka,
}
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MessageKafka {
    key: Value,
    binding_version: &'static str,
}
impl MessageBinding {
    pub(super) fn of(key: Value) -> Self {
        MessageBinding { kafka: MessageKafka { key, binding_version: VERSION } }
    }
}
