//! A page of Markdown to commit: the drawing is Mermaid, which GitHub shows.
use super::{
    Setting,
    model::{Document, Estimate, OVERHEAD, Operator, Role, Store, Topic, Type},
    words::{ESTIMATED, HOW_TO_SAY, bytes, duration, expected, kept, number, signature, size},
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
    sizes(&mut out, d)?;
    schemas(&mut out, d)?;
    configuration(&mut out, d)?;
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
        let way = way(topic);
        let (key, value) = (ty(&topic.key), ty(&topic.value));
        let (name, format, doc) = (code(name), format(topic), cell(doc));
        writeln!(out, "| {name} | {way} | {key} | {value} | {partitions} | {partitioner} | {format} | {doc} |")?;
    }
    out.write_char('\n')
}
fn way(topic: &Topic) -> String {
    let by = if topic.role == Role::Global { format!(" for {}", codes(&topic.operators)) } else { String::new() };
    format!("{}{by}", topic.way())
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
    out.write_char('\n')
}
fn operators(out: &mut String, d: &Document) -> Result {
    table(out, "Operators, as data flows", &["#", "operator", "does", "gives", "reads", "store", "at"])?;
    let mut operators: Vec<&Operator> = d.operators.iter().collect();
    operators.sort_by_key(|o| o.sub_topology);
    for operator in operators {
        let number = operator.sub_topology.map_or_else(String::new, |n| n.to_string());
        let (said, does, gives, reads) = (said(operator), cell(&signature(operator)), gives(operator), reads(operator));
        writeln!(out, "| {number} | {said} | {does} | {gives} | {reads} | {} | {} |", codes(&operator.stores), at(operator))?;
    }
    out.write_char('\n')
}
/// Its label, and below it what its functions say.
fn said(operator: &Operator) -> String {
    let doc = if operator.signature.is_some() { &*operator.doc } else { "" };
    let functions = [(doc, operator.signature)].into_iter().chain(operator.also.iter().map(|f| (f.doc, f.signature)));
    let lines = functions.flat_map(|(doc, signature)| [cell(doc), signature.map(code).unwrap_or_default()]);
    [code(&operator.label)].into_iter().chain(lines.filter(|line| !line.is_empty())).collect::<Vec<_>>().join("<br>")
}
/// What feeds it, and what it only looks rows up in.
fn reads(operator: &Operator) -> String {
    let topics = operator.topics.iter().filter(|_| operator.inputs.is_empty());
    let flows = codes(topics.chain(operator.inputs.iter().filter(|input| !operator.tables.contains(input))));
    let looked_up = codes(operator.tables.iter().chain(&operator.globals));
    if looked_up.is_empty() { flows } else { format!("{flows}<br>looks up {looked_up}") }
}
/// Where it is called, and where its functions stand.
fn at(operator: &Operator) -> String {
    let called = format!("{}:{}", operator.file, operator.line);
    let defined = operator.defined.iter().chain(operator.also.iter().filter_map(|f| f.defined.as_ref()));
    let file = |file: &str| if file == operator.file { String::new() } else { file.to_owned() };
    [called].into_iter().chain(defined.map(|d| format!("{} {}:{}", d.what, file(d.file), d.line))).collect::<Vec<_>>().join("<br>")
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
fn sizes(out: &mut String, d: &Document) -> Result {
    let globals = d.topics.iter().filter_map(|t| Some((&*t.name, None, t.estimate.as_ref()?)));
    let known: Vec<_> = d.stores.iter().filter_map(|s| Some((&*s.name, expected(s), s.estimate.as_ref()?))).chain(globals).collect();
    if d.stores.is_empty() && known.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Sizes\n")?;
    if !known.is_empty() {
        writeln!(out, "| store | expected | rows | disk | memory | changelog |\n|---|---|---|---|---|---|")?;
        known
            .iter()
            .try_for_each(|(name, expected, estimate)| sized(out, name, expected.as_deref().unwrap_or("every process"), estimate))?;
        let (disk, memory, changelog) = (bytes(d.sizes.disk), bytes(d.sizes.memory), bytes(d.sizes.changelog));
        if known.len() > 1 {
            writeln!(out, "| all stores | | | {disk} | {memory} | {changelog} |")?;
        }
        writeln!(out, "\n{ESTIMATED} {OVERHEAD} bytes.\n")?;
    }
    if !d.sizes.unknown.is_empty() {
        let unknown = codes(&d.sizes.unknown);
        writeln!(out, "Unknown: {unknown}. {HOW_TO_SAY}\n")?;
    }
    Ok(())
}
fn sized(out: &mut String, name: &str, expected: &str, e: &Estimate) -> Result {
    let windows = if e.windows > 1 { format!(" in {} windows", e.windows) } else { String::new() };
    let [disk, memory, changelog] = [e.disk, e.memory, e.changelog].map(|s| size(s, " a partition"));
    writeln!(out, "| {} | {expected} | {}{windows} | {disk} | {memory} | {changelog} |", code(name), number(e.rows))
}
fn configuration(out: &mut String, d: &Document) -> Result {
    if d.configuration.is_empty() {
        return Ok(());
    }
    table(out, "Configuration", &["setting", "value", "default", "variable", "why"])?;
    for setting in &d.configuration {
        let Setting { name, value, default, variable, reason } = setting;
        let (name, value) = (code(name), cell(value));
        let (name, value) = if setting.is_set() { (format!("**{name}**"), format!("**{value}**")) } else { (name, value) };
        let variable = variable.as_deref().map_or_else(String::new, code);
        writeln!(out, "| {name} | {value} | {} | {variable} | {} |", cell(default), cell(reason))?;
    }
    out.write_char('\n')
}
fn departures(out: &mut String, d: &Document) -> Result {
    table(out, "Not as in Kafka Streams", &["Kafka Streams", "here", "why"])?;
    d.departures.iter().try_for_each(|d| writeln!(out, "| {} | {} | {} |", cell(d.kafka_streams), cell(d.kstreams), cell(d.why)))
}
