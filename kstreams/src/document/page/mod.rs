//! One HTML file that needs nothing else: the drawing, and below it everything there is to say.
mod configuration;
mod sizes;
mod tables;
mod text;

use super::{
    drawing::{self, Graph, drawings},
    model::{Document, Role, Schema},
};
use crate::Result;
use configuration::configuration;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sizes::sizes;
use tables::{internal_topics, operators, stores, sub_topologies, user_topics};
use text::text;

const STYLE: &str = include_str!("style.css");

pub(super) fn write(d: &Document) -> Result<String> {
    let graph = Graph::of(d);
    let (drawn, looks_up) = (drawings(&graph)?, graph.edges.iter().any(|edge| edge.is_lookup));
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (d.id) }
                style { (PreEscaped(STYLE)) (PreEscaped(drawing::STYLE)) }
            }
            body {
                (head(d))
                figure { (drawn) (legend(looks_up)) }
                (user_topics(d))
                @if d.topics_of(Role::is_internal).next().is_some() { (internal_topics(d)) }
                @if !d.stores.is_empty() { (stores(d)) }
                (operators(d))
                (running(d))
                (sizes(d))
                @if !d.schemas.is_empty() { (schemas(&d.schemas)) }
                @if !d.configuration.is_empty() { (configuration(d)) }
                (departures(d))
                footer { "Made by kstreams " (env!("CARGO_PKG_VERSION")) " from the topology as it is compiled; nothing was asked of a broker." }
            }
        }
    };
    Ok(page.into_string() + "\n")
}
fn head(d: &Document) -> Markup {
    html! {
        header {
            p.kind { "kstreams topology" }
            h1 { (d.id) }
            @for paragraph in d.purpose.split("\n\n").filter(|p| !p.is_empty()) { p.purpose { (text(paragraph)) } }
            p.parallelism { (d.parallelism.summary) }
            @if !d.problems.is_empty() {
                div.problems { strong { "The application does not start:" } ul { @for problem in &d.problems { li { (problem) } } } }
            }
        }
    }
}
fn legend(looks_up: bool) -> Markup {
    html! {
        figcaption {
            span.key-topic { "topic" } span.key-internal { "repartition topic" } span.key-operator { "operator, its stores below the line" }
            span.key-sub { "sub-topology, by its number: what one task runs" } @if looks_up { span.key-lookup { "rows are looked up" } }
        }
    }
}
fn running(d: &Document) -> Markup {
    html! {
        section {
            h2 { "Running it" }
            (sub_topologies(d))
            p { "Consumer group " code { (d.group.consumer_group) } ", transactional ids under exactly once " code { (d.group.transactional_ids) } "." }
            p { "Access rights, for a principal of the same name:" }
            pre { @for command in &d.access { code { (command) } } }
        }
    }
}
fn schemas(schemas: &[Schema]) -> Markup {
    html! {
        section {
            h2 { "Schemas" }
            div.schemas {
                @for schema in schemas {
                    details id={"schema-" (schema.name)} {
                        summary { code { (schema.name) } }
                        table { tbody { @for field in &schema.fields { tr { td { code { (field.name) } } td { code { (field.ty) } } } } } }
                    }
                }
            }
        }
    }
}
fn departures(d: &Document) -> Markup {
    html! {
        section {
            h2 { "Not as in Kafka Streams" }
            div.wide { table {
                thead { tr { th { "Kafka Streams" } th { "here" } th { "why" } } }
                tbody { @for d in &d.departures { tr { td { (text(d.kafka_streams)) } td { (text(d.kstreams)) } td { (text(d.why)) } } } }
            } }
        }
    }
}
