//! `#[derive(Record)]` on a serde type.
use crate::errors::Errors;
use proc_macro2::TokenStream;
use quote::quote;

mod check;
mod expand;
mod model;
mod parse;
#[cfg(test)]
mod tests;

pub(crate) fn record(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let record = errors.take(syn::parse2(input)).and_then(|input| model(&input, &mut errors));
    let code = record.as_ref().map(expand::expand);
    quote!(#code #errors)
}

/// The record; none of a union, whose impl would only add errors to the one that says so.
fn model(input: &syn::DeriveInput, errors: &mut Errors) -> Option<model::Record> {
    check::shape(input, errors);
    let record = model::Record::new(input, parse::options(&input.attrs, errors), errors)?;
    check::times(&record, errors);
    Some(record)
}
