//! What is wrong with it, as far as tokens can tell; that its fields are records is the compiler's to say.
use super::model::Record;
use crate::errors::Errors;
use syn::{Data, DeriveInput};

pub(super) fn shape(input: &DeriveInput, errors: &mut Errors) {
    if matches!(input.data, Data::Union(_)) {
        errors.push(input.ident.span(), format!("a union has no fields to write: make `{}` a struct or an enum", input.ident));
    }
    if let Some(lifetime) = input.generics.lifetimes().next() {
        errors.push(
            lifetime.lifetime.span(),
            "a record owns what it holds, because it outlives the bytes it was read from: `String` for `&str`, `Vec<T>` for `&[T]`",
        );
    }
}

pub(super) fn times(record: &Record, errors: &mut Errors) {
    if let [first, more @ ..] = &record.times[..] {
        for second in more {
            errors.push_two(second.mark, "a record has one event time", first.mark, "this field is marked already");
        }
    }
    for mark in &record.lost_times {
        errors.push(*mark, "`event_time` marks a field of a struct: not every variant of an enum has it; give the topic `timestamp = f`");
    }
}
