//! Settings in force, on the page: those that somebody set, and folded the others.
use super::text::text;
use crate::document::{Setting, model::Document};
use maud::{Markup, html};

pub(super) fn configuration(d: &Document) -> Markup {
    let (set, unset): (Vec<&Setting>, Vec<&Setting>) = d.configuration.iter().partition(|setting| setting.is_set());
    html! {
        section {
            h2 { "Configuration" }
            @if !set.is_empty() { (table(&set)) }
            details {
                summary { (unset.len()) @if set.is_empty() { " settings, all at" } @else { " more are at" } " their defaults" }
                (table(&unset))
            }
        }
    }
}
fn table(settings: &[&Setting]) -> Markup {
    html! {
        div.wide { table {
            thead { tr { th { "setting" } th { "value" } th { "default" } th { "why" } } }
            tbody { @for setting in settings { (row(setting)) } }
        } }
    }
}
fn row(setting: &Setting) -> Markup {
    let Setting { name, value, default, variable, reason } = setting;
    html! {
        tr.set[setting.is_set()] {
            td { code { (name) } @if let Some(variable) = variable { p.doc { code { (variable) } } } @else { p.doc { "fixed" } } }
            td { (value) } td { (default) } td { (text(reason)) }
        }
    }
}
