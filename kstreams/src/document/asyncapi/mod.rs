//! AsyncAPI 3 with Kafka bindings: the topics that an application reads and writes, for whoever stands at their other end.
mod bindings;
mod payload;

use super::model::{Document, Records, Role, Topic};
use crate::Result;
use bindings::{ChannelBinding, MessageBinding, OperationBinding};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct AsyncApi {
    asyncapi: &'static str,
    info: Info,
    channels: BTreeMap<String, Channel>,
    operations: BTreeMap<String, Operation>,
    components: Components,
}
#[derive(Serialize)]
struct Info {
    title: String,
    version: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
}
#[derive(Serialize)]
struct Channel {
    address: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    messages: BTreeMap<String, Reference>,
    bindings: ChannelBinding,
}
#[derive(Serialize)]
struct Operation {
    action: Action,
    channel: Reference,
    messages: Vec<Reference>,
    bindings: OperationBinding,
}
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    Receive,
    Send,
}
#[derive(Serialize)]
struct Components {
    messages: BTreeMap<String, Message>,
    schemas: BTreeMap<String, Value>,
}
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    name: String,
    title: String,
    content_type: &'static str,
    payload: Value,
    bindings: MessageBinding,
}
#[derive(Serialize)]
struct Reference {
    #[serde(rename = "$ref")]
    to: String,
}
fn reference(to: &[&str]) -> Reference {
    // `/` and `~` are escaped in a JSON pointer; the keys of topics hold neither.
    Reference { to: format!("#/{}", to.join("/")) }
}

pub(super) fn write(d: &Document) -> Result<String> {
    let topics: Vec<&Topic> = d.topics_of(|role| !role.is_internal()).collect();
    let named = |t: &&Topic| key(&t.name);
    let records = Records::of(topics.iter().flat_map(|t| [t.key.shape, t.value.shape]));
    let api = AsyncApi {
        asyncapi: "3.0.0",
        info: Info { title: d.id.clone(), version: version(&topics), description: d.purpose.clone() },
        channels: topics.iter().map(|t| (named(t), channel(t))).collect(),
        operations: topics.iter().map(|t| operation(&d.group.consumer_group, t)).collect(),
        components: Components {
            messages: topics.iter().map(|t| (named(t), message(&records, t))).collect(),
            schemas: payload::schemas(&records),
        },
    };
    Ok(serde_json::to_string_pretty(&api)? + "\n")
}
/// Another one whenever a topic, a type or a count is another: the program's own version is not known here.
fn version(topics: &[&Topic]) -> String {
    let part = |hash: crate::codec::Fingerprint, t: &&Topic| {
        let hash = hash.mix(t.name.as_bytes()).mix(t.key.fingerprint.as_bytes());
        hash.mix(t.value.fingerprint.as_bytes()).mix(&t.partitions.to_be_bytes())
    };
    format!("{:016x}", topics.iter().fold(crate::codec::Fingerprint::new("asyncapi"), part).finish())
}
/// A topic's name in maps, whose keys hold what such names hold; of a pattern the rest in hexadecimal.
fn key(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    name.chars().map(|c| if plain(c) { c.to_string() } else { format!("_{:x}", u32::from(c)) }).collect()
}
fn channel(topic: &Topic) -> Channel {
    Channel {
        address: topic.name.clone(),
        description: topic.doc.clone(),
        messages: BTreeMap::from([("record".to_owned(), reference(&["components", "messages", &key(&topic.name)]))]),
        bindings: ChannelBinding::of(&topic.name, topic.partitions),
    }
}
fn operation(group: &str, topic: &Topic) -> (String, Operation) {
    let (verb, action, group) = match topic.role {
        Role::Source => ("receive", Action::Receive, Some(group)),
        Role::Global => ("receive", Action::Receive, None),
        _ => ("send", Action::Send, None),
    };
    let operation = Operation {
        action,
        channel: reference(&["channels", &key(&topic.name)]),
        messages: vec![reference(&["channels", &key(&topic.name), "messages", "record"])],
        bindings: OperationBinding::of(group),
    };
    (format!("{verb}-{}", key(&topic.name)), operation)
}
fn message(records: &Records, topic: &Topic) -> Message {
    Message {
        name: topic.name.clone(),
        title: topic.value.name.clone(),
        content_type: payload::content_type(topic.value.shape),
        payload: payload::schema(records, topic.value.shape),
        bindings: MessageBinding::of(payload::schema(records, topic.key.shape)),
    }
}
