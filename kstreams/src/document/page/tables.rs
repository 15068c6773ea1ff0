//! The tables of the page.
use super::text::text;
use crate::document::{
    model::{Defined, Document, Function, Operator, Role, Topic, Type},
    words::{count, duration, kept, signature},
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
                td { code { (topic.name) } p.doc { (text(&topic.doc)) } }
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
/// As data flows, a sub-topology after the other.
pub(super) fn operators(d: &Document) -> Markup {
    let of = |number: Option<usize>| d.operators.iter().filter(move |o| o.sub_topology == number);
    let rows = html! {
        @for sub in &d.sub_topologies {
            tr.group { td colspan="6" { "sub-topology " (sub.number) " · " (count(sub.tasks as usize, "task")) } }
            @for operator in of(Some(sub.number)) { (row(operator)) }
        }
        @for operator in of(None) { (row(operator)) }
    };
    let table = table("Operators, as data flows", &["operator", "does", "gives", "reads", "store", "line"], rows);
    html! { (table) p.note { "Lines of " (codes(&files(d))) "." } }
}
/// That lines stand in.
fn files(d: &Document) -> Vec<String> {
    let called = d.operators.iter().map(|o| o.file);
    let defined = d.operators.iter().flat_map(functions).map(|f| f.file);
    let mut files: Vec<String> = called.chain(defined).map(str::to_owned).collect();
    files.sort();
    files.dedup();
    files
}
/// Where its functions stand.
fn functions(operator: &Operator) -> impl Iterator<Item = &Defined> {
    operator.defined.iter().chain(operator.also.iter().filter_map(|f| f.defined.as_ref()))
}
fn row(operator: &Operator) -> Markup {
    let called = html! { code title=(operator.function.unwrap_or_default()) { (signature(operator)) } };
    html! {
        tr {
            td { code { (operator.label) } p.doc { (text(&operator.doc)) } }
            td { (called) @if let Some(signature) = operator.signature { p.doc { code { (signature) } } } @for f in &operator.also { (also(f)) } }
            td.types { @if let Some((key, value)) = &operator.types { code { (key) ": " (value) } } }
            td { (reads(operator)) }
            td { (codes(&operator.stores)) }
            td.at { (at(operator.file, operator.line)) @for f in functions(operator) { p.doc { (f.what) " " (at(f.file, f.line)) } } }
        }
    }
}
/// The end of a path is enough: all of them stand below the table.
fn at(file: &str, line: u32) -> Markup {
    html! { span title=(file) { (file.rsplit(['/', '\\']).next().unwrap_or(file)) ":" (line) } }
}
/// A further function.
fn also(f: &Function) -> Markup {
    html! { @if let Some(signature) = f.signature { p.doc { (text(f.doc)) " " code { (signature) } } } }
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
