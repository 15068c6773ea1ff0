//! How much stores will hold, on the page.
use super::{tables::codes, text::text};
use crate::document::{
    model::{Document, Estimate, OVERHEAD, Store},
    words::{ESTIMATED, HOW_TO_SAY, bytes, expected, number, size},
};
use maud::{Markup, html};

pub(super) fn sizes(d: &Document) -> Markup {
    let globals: Vec<(&str, &Estimate)> = d.topics.iter().filter_map(|t| Some((&*t.name, t.estimate.as_ref()?))).collect();
    let stores: Vec<(&Store, &Estimate)> = d.stores.iter().filter_map(|s| Some((s, s.estimate.as_ref()?))).collect();
    html! {
        @if !d.stores.is_empty() || !globals.is_empty() {
            section {
                h2 { "Sizes" }
                @if !stores.is_empty() || !globals.is_empty() { (table(d, &stores, &globals)) }
                @if !d.sizes.unknown.is_empty() { p.note { "Unknown: " (codes(&d.sizes.unknown)) ". " (text(HOW_TO_SAY)) } }
            }
        }
    }
}
fn table(d: &Document, stores: &[(&Store, &Estimate)], globals: &[(&str, &Estimate)]) -> Markup {
    html! {
        div.wide { table {
            thead { tr { @for column in ["store", "expected", "rows", "disk", "memory", "changelog"] { th { (column) } } } }
            tbody {
                @for (store, estimate) in stores { (row(&store.name, &expected(store).unwrap_or_default(), estimate)) }
                @for (topic, estimate) in globals { (row(topic, "whole, in every process", estimate)) }
                @if stores.len() > 1 {
                    tr.sum { td { "all stores" } td {} td {} td.n { (bytes(d.sizes.disk)) } td.n { (bytes(d.sizes.memory)) } td.n { (bytes(d.sizes.changelog)) } }
                }
            }
        } }
        p.note { (ESTIMATED) " " (OVERHEAD) " bytes." }
    }
}
fn row(name: &str, expected: &str, e: &Estimate) -> Markup {
    html! {
        tr {
            td { code { (name) } } td { (expected) }
            td.n { (number(e.rows)) @if e.windows > 1 { " in " (e.windows) " windows" } }
            @for s in [e.disk, e.memory, e.changelog] { td.n { (size(s, " a partition")) } }
        }
    }
}
