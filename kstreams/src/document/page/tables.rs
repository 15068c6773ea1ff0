//! The tables of the page.
use crate::document::{
    model::{Document, Function, Operator, Role, Topic, Type},
    words::{duration, kept, signature},
};
use maud::{Markup, html};

fn table(heading: &str, columns: &[&str], rows: Markup) -> Markup {
    html! {
        section {
            h2 { (heading) }
            div.wide { table { thead { tr { @for column in columns { th { (column) } } } } tbody { (rows) } } }
        }
    }
}
fn ty(ty: &Type) -> Markup {
    html! {
        @match &ty.schema {
            Some(schema) => a href={"#schema-" (schema)} { code { (ty.name) } },
            None => code { (ty.name) },
        }
    }
}
pub(super) fn codes<'a>(names: impl IntoIterator<Item = &'a String>) -> Markup {
    html! { @for (i, name) in names.into_iter().enumerate() { @if i > 0 { ", " } code { (name) } } }
}

pub(super) fn user_topics(d: &Document) -> Markup {
    let rows = html! {
        @for topic in d.topics_of(|role| !role.is_internal()) {
            tr {
                td { code { (topic.name) } p.doc { (topic.doc) } }
                td { (topic.way()) @if topic.role == Role::Global { p.doc { "by " (codes(&topic.operators)) } } }
                td { (ty(&topic.key)) } td { (ty(&topic.value)) }
                td.n { (topic.partitions) } td { (topic.partitioner) } td { (topic.key.format) " / " (topic.value.format) }
            }
        }
    };
    table("Sources and results", &["topic", "", "key", "value", "partitions", "placed by", "format"], rows)
}
pub(super) fn internal_topics(d: &Document) -> Markup {
    let rows = html! { @for topic in d.topics_of(Role::is_internal) { (internal_topic(topic)) } };
    table("Internal topics", &["topic", "key", "value", "partitions", "configuration"], rows)
}
fn internal_topic(topic: &Topic) -> Markup {
    html! {
        tr {
            td { code { (topic.name) } } td { (ty(&topic.key)) } td { (ty(&topic.value)) } td.n { (topic.partitions) }
            td.small { @for (key, value) in &topic.configuration { code { (key) "=" (value) } br; } }
        }
    }
}
pub(super) fn stores(d: &Document) -> Markup {
    let rows = html! {
        @for store in &d.stores {
            tr {
                td { code { (store.name) } }
                td { (store.kind) @if store.in_memory { ", in memory" } @if store.emit_on_commit { ", emits on commit" } }
                td { (ty(&store.key)) } td { (ty(&store.value)) }
                td { (store.window_ms.map_or_else(String::new, duration)) }
                td { (kept(store)) }
                td { @match &store.restored_from { Some(topic) => code { (topic) }, None => "nothing" } }
                td { (codes(&store.operators)) }
            }
        }
    };
    table("Stores", &["store", "kind", "key", "value", "window", "kept for", "restored from", "used by"], rows)
}
pub(super) fn operators(d: &Document) -> Markup {
    let rows = html! { @for operator in &d.operators { (row(operator)) } };
    table("Operators, as data flows", &["", "operator", "does", "gives", "reads", "store", "at"], rows)
}
fn row(operator: &Operator) -> Markup {
    let called = html! { code title=(operator.function.unwrap_or_default()) { (signature(operator)) } };
    html! {
        tr {
            td.n { @if let Some(n) = operator.sub_topology { (n) } }
            td { code { (operator.label) } p.doc { (operator.doc) } }
            td { (called) @if let Some(signature) = operator.signature { p.doc { code { (signature) } } } @for f in &operator.also { (also(f)) } }
            td { @if let Some((key, value)) = &operator.types { code { (key) ": " (value) } } }
            td { (reads(operator)) }
            td { (codes(&operator.stores)) }
            td.small { (at(operator)) }
        }
    }
}
/// A further function.
fn also(f: &Function) -> Markup {
    html! { @if let Some(signature) = f.signature { p.doc { (f.doc) " " code { (signature) } } } }
}
/// What feeds it, and what it only looks rows up in.
fn reads(operator: &Operator) -> Markup {
    let topics = operator.topics.iter().filter(|_| operator.inputs.is_empty());
    let inputs = operator.inputs.iter().filter(|input| !operator.tables.contains(input));
    let looked_up: Vec<&String> = operator.tables.iter().chain(&operator.globals).collect();
    html! {
        (codes(topics.chain(inputs)))
        @if !looked_up.is_empty() { p.doc { "looks up " (codes(looked_up)) } }
    }
}
/// Where it is called, and where its function stands.
fn at(operator: &Operator) -> Markup {
    html! {
        (operator.file) ":" (operator.line)
        @for defined in operator.defined.iter().chain(operator.also.iter().filter_map(|f| f.defined.as_ref())) {
            p.doc { "fn " @if defined.file != operator.file { (defined.file) } ":" (defined.line) }
        }
    }
}
pub(super) fn sub_topologies(d: &Document) -> Markup {
    html! {
        div.wide { table {
            thead { tr { th { "sub-topology" } th { "tasks" } th { "reads" } th { "stores" } } }
            tbody {
                @for sub in &d.sub_topologies {
                    tr { td.n { (sub.number) } td.n { (sub.tasks) } td { (codes(&sub.sources)) } td { (codes(&sub.stores)) } }
                }
            }
        } }
    }
}
