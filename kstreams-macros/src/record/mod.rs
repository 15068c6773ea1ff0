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
    let record = errors.take(syn::parse2(input)).map(|input| model(&input, &mut errors));
    let code = record.as_ref().map(expand::expand);
    quote!(#code #errors)
}

fn model(input: &syn::DeriveInput, errors: &mut Errors) -> model::Record {
    check::shape(input, errors);
    let record = model::Record::new(input, parse::options(&input.attrs, errors), errors);
    check::times(&record, errors);
    record
}
