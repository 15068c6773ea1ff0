//! What is wrong with it, as far as tokens can tell.
use super::parse::Options;
use crate::{errors::Errors, kafka_name};
use syn::{Expr, ExprLit, Fields, ItemStruct, Lit, LitStr, spanned::Spanned};

/// `.to(Orders)` takes the struct as a value, so it has no fields and no parameters.
pub(super) fn item(item: &ItemStruct, errors: &mut Errors) {
    let name = &item.ident;
    if !matches!(item.fields, Fields::Unit) {
        errors
            .push(item.fields.span(), format!("a topic is a unit struct, the fields are those of its `value = ..`: `pub struct {name};`"));
    }
    if !item.generics.params.is_empty() {
        errors.push(item.generics.span(), format!("a topic has no parameters: `pub struct {name};`"));
    }
}

pub(super) fn options(o: &Options, errors: &mut Errors) {
    if let Some(name) = &o.name
        && let Some(problem) = kafka_name::problem(&name.value())
    {
        errors.push(name.span(), format!("topic name {name:?} {problem}", name = name.value()));
    }
    if let Some(text) = &o.pattern {
        pattern(text, o, errors);
    }
    if let Some(reset) = o.reset.as_ref().filter(|reset| *reset != "earliest" && *reset != "latest") {
        errors.push(
            reset.span(),
            format!("`reset` is `earliest` or `latest`, not `{reset}`: where reading begins if the group has committed nothing"),
        );
    }
    if let Some(count) = &o.partitions {
        partitions(count, errors);
    }
}

/// What matches is known when the application starts; whether it is an expression is known now.
fn pattern(text: &LitStr, o: &Options, errors: &mut Errors) {
    let pattern = text.value();
    if let Some(name) = &o.name {
        errors.push(name.span(), "a topic has a `name`, or a `pattern` that the names of many match: leave one of them out");
    }
    if let Some(history) = &o.history {
        errors.push(history.span(), "a pattern is read as a stream, and only a table has a `history`: declare the topic by its `name`");
    }
    for expected in [&o.expect_keys, &o.expect_row_bytes].into_iter().flatten() {
        errors.push(expected.span(), "a pattern is read as a stream, and only a table holds rows to expect: leave it out");
    }
    if pattern.is_empty() || pattern.contains(char::is_whitespace) {
        errors.push(text.span(), format!("pattern {pattern:?} matches no topic: their names are not empty and hold no blanks"));
    } else if let Err(reason) = regex_lite::Regex::new(&pattern) {
        errors.push(text.span(), format!("pattern {pattern:?} is no regular expression: {reason}"));
    }
}

/// A constant's value is checked by the compiler, see the expansion.
fn partitions(count: &Expr, errors: &mut Errors) {
    let Expr::Lit(ExprLit { lit, .. }) = count else { return };
    match lit {
        Lit::Int(n) if n.base10_parse::<u32>().is_ok_and(|n| n > 0) => {}
        Lit::Int(n) if n.base10_digits() == "0" => errors.push(lit.span(), "a topic has at least one partition: `partitions = 1`"),
        _ => errors.push(lit.span(), "`partitions` is a count of partitions, a `u32` such as `partitions = 3`"),
    }
}
