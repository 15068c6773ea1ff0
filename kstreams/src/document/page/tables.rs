//! The tables of the page.
use crate::document::{
    model::{Document, Operator, Role, Topic, Type},
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
fn codes<'a>(names: impl IntoIterator<Item = &'a String>) -> Markup {
    html! { @for (i, name) in names.into_iter().enumerate() { @if i > 0 { ", " } code { (name) } } }
}

pub(super) fn user_topics(d: &Document) -> Markup {
    let rows = html! {
        @for topic in d.topics_of(|role| !role.is_internal()) {
            tr {
                td { code { (topic.name) } p.doc { (topic.doc) } }
                td { (topic.way()) }
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
            }
        }
    };
    let tables = table("Stores", &["store", "kind", "key", "value", "window", "kept for", "restored from"], rows);
    html! {
        (tables)
        p.note { "How much they hold is not known here: keys × (key + value + 40 bytes), for windows times the windows that are kept." }
    }
}
pub(super) fn operators(d: &Document) -> Markup {
    let rows = html! { @for operator in &d.operators { (row(operator)) } };
    table("Operators, as data flows", &["", "operator", "does", "gives", "reads", "store", "at"], rows)
}
fn row(operator: &Operator) -> Markup {
    let reads = operator.topics.iter().filter(|_| operator.inputs.is_empty()).chain(&operator.inputs);
    html! {
        tr {
            td.n { @if let Some(n) = operator.sub_topology { (n) } }
            td { code { (operator.label) } p.doc { (operator.doc) } }
            td { code title=(operator.function.unwrap_or_default()) { (signature(operator)) } }
            td { @if let Some((key, value)) = &operator.types { code { (key) ": " (value) } } }
            td { (codes(reads)) } td { (codes(&operator.stores)) }
            td.small { (operator.file) ":" (operator.line) }
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
