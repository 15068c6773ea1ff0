//! What is wrong with it, as far as tokens can tell.
use super::parse::Options;
use crate::{errors::Errors, kafka_name};
use syn::{Expr, ExprLit, Fields, ItemStruct, Lit, spanned::Spanned};

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

/// A constant's value is checked by the compiler, see the expansion.
fn partitions(count: &Expr, errors: &mut Errors) {
    let Expr::Lit(ExprLit { lit, .. }) = count else { return };
    match lit {
        Lit::Int(n) if n.base10_parse::<u32>().is_ok_and(|n| n > 0) => {}
        Lit::Int(n) if n.base10_digits() == "0" => errors.push(lit.span(), "a topic has at least one partition: `partitions = 1`"),
        _ => errors.push(lit.span(), "`partitions` is a count of partitions, a `u32` such as `partitions = 3`"),
    }
}
