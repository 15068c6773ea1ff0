//! A page of Markdown to commit: the drawing is Mermaid, which GitHub shows.
use super::{
    model::{Document, Operator, Role, Store, Topic, Type},
    words::{duration, kept, signature},
};
use std::fmt::{Result, Write};

pub(super) fn write(d: &Document, mermaid: &str) -> crate::Result<String> {
    let mut out = String::new();
    writeln!(out, "# {}\n", d.id)?;
    if !d.purpose.is_empty() {
        writeln!(out, "{}\n", d.purpose)?;
    }
    writeln!(out, "**{}**\n", d.parallelism.summary)?;
    problems(&mut out, d)?;
    writeln!(out, "```mermaid\n{mermaid}```\n")?;
    user_topics(&mut out, d)?;
    internal_topics(&mut out, d)?;
    stores(&mut out, d)?;
    operators(&mut out, d)?;
    running(&mut out, d)?;
    schemas(&mut out, d)?;
    departures(&mut out, d)?;
    Ok(out.trim_end().to_owned() + "\n")
}

fn problems(out: &mut String, d: &Document) -> Result {
    if d.problems.is_empty() {
        return Ok(());
    }
    writeln!(out, "> [!CAUTION]\n> The application does not start:")?;
    d.problems.iter().try_for_each(|problem| writeln!(out, "> - {problem}"))?;
    out.write_char('\n')
}
/// Begins a table.
fn table(out: &mut String, heading: &str, columns: &[&str]) -> Result {
    writeln!(out, "## {heading}\n\n| {} |\n|{}", columns.join(" | "), "---|".repeat(columns.len()))
}
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
fn code(text: &str) -> String {
    format!("`{}`", cell(text))
}
fn codes<'a>(texts: impl IntoIterator<Item = &'a String>) -> String {
    texts.into_iter().map(|text| code(text)).collect::<Vec<_>>().join(", ")
}
fn ty(ty: &Type) -> String {
    match &ty.schema {
        Some(schema) => format!("[{}](#{})", code(&ty.name), schema.to_lowercase()),
        None => code(&ty.name),
    }
}
fn format(topic: &Topic) -> String {
    format!("{} / {}", topic.key.format, topic.value.format)
}

fn user_topics(out: &mut String, d: &Document) -> Result {
    table(out, "Sources and results", &["topic", "", "key", "value", "partitions", "placed by", "format", "what it is"])?;
    for topic in d.topics_of(|role| !role.is_internal()) {
        let Topic { name, partitions, partitioner, doc, .. } = topic;
        let way = topic.way();
        let (key, value) = (ty(&topic.key), ty(&topic.value));
        let (name, format, doc) = (code(name), format(topic), cell(doc));
        writeln!(out, "| {name} | {way} | {key} | {value} | {partitions} | {partitioner} | {format} | {doc} |")?;
    }
    out.write_char('\n')
}
fn internal_topics(out: &mut String, d: &Document) -> Result {
    if d.topics_of(Role::is_internal).next().is_none() {
        return Ok(());
    }
    table(out, "Internal topics", &["topic", "key", "value", "partitions", "configuration"])?;
    for topic in d.topics_of(Role::is_internal) {
        let configuration: Vec<String> = topic.configuration.iter().map(|(k, v)| code(&format!("{k}={v}"))).collect();
        let (name, key, value) = (code(&topic.name), ty(&topic.key), ty(&topic.value));
        writeln!(out, "| {name} | {key} | {value} | {} | {} |", topic.partitions, configuration.join(" "))?;
    }
    out.write_char('\n')
}
fn stores(out: &mut String, d: &Document) -> Result {
    if d.stores.is_empty() {
        return Ok(());
    }
    table(out, "Stores", &["store", "kind", "key", "value", "window", "kept for", "restored from", "used by"])?;
    for store in &d.stores {
        let Store { name, kind, window_ms, restored_from, operators, .. } = store;
        let (window, kept) = (window_ms.map_or_else(String::new, duration), kept(store));
        let from = restored_from.as_ref().map_or_else(|| "nothing".into(), |topic| code(topic));
        let (key, value, users) = (ty(&store.key), ty(&store.value), codes(operators));
        writeln!(out, "| {} | {kind} | {key} | {value} | {window} | {kept} | {from} | {users} |", code(name))?;
    }
    writeln!(out, "\nHow much they hold is not known here: keys × (key + value + 40 bytes), for windows times the windows that are kept.\n")
}
fn operators(out: &mut String, d: &Document) -> Result {
    table(out, "Operators, as data flows", &["#", "operator", "does", "gives", "reads", "store", "at"])?;
    for operator in &d.operators {
        let Operator { label, sub_topology, inputs, topics, stores, file, line, .. } = operator;
        let number = sub_topology.map_or_else(String::new, |n| n.to_string());
        let reads = codes(topics.iter().filter(|_| inputs.is_empty()).chain(inputs));
        let (does, gives, stores) = (cell(&signature(operator)), gives(operator), codes(stores));
        writeln!(out, "| {number} | {} | {does} | {gives} | {reads} | {stores} | {file}:{line} |", code(label))?;
    }
    out.write_char('\n')
}
fn gives(operator: &Operator) -> String {
    operator.types.as_ref().map_or_else(String::new, |(key, value)| code(&format!("{key}: {value}")))
}
fn running(out: &mut String, d: &Document) -> Result {
    writeln!(out, "## Running it\n")?;
    writeln!(out, "| sub-topology | tasks | leader |\n|---|---|---|")?;
    for sub in &d.sub_topologies {
        writeln!(out, "| {} | {} | {} |", sub.number, sub.tasks, codes(&sub.leader))?;
    }
    writeln!(
        out,
        "\nConsumer group: {}. Transactional ids (exactly once): {}.\n",
        code(&d.group.consumer_group),
        code(&d.group.transactional_ids)
    )?;
    writeln!(out, "Access rights:\n\n```sh\n{}\n```\n", d.access.join("\n"))
}
fn schemas(out: &mut String, d: &Document) -> Result {
    if d.schemas.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Schemas\n")?;
    for schema in &d.schemas {
        writeln!(out, "### {}\n\n| field | type |\n|---|---|", schema.name)?;
        schema.fields.iter().try_for_each(|f| writeln!(out, "| {} | {} |", code(&f.name), code(&f.ty)))?;
        out.write_char('\n')?;
    }
    Ok(())
}
fn departures(out: &mut String, d: &Document) -> Result {
    table(out, "Not as in Kafka Streams", &["Kafka Streams", "here", "why"])?;
    d.departures.iter().try_for_each(|d| writeln!(out, "| {} | {} | {} |", cell(d.kafka_streams), cell(d.kstreams), cell(d.why)))
}
