//! `#[derive(Key)]` on a struct of one field, which is a key itself.
use crate::errors::Errors;
use proc_macro2::TokenStream;
use quote::quote;

mod check;
mod expand;
mod model;
#[cfg(test)]
mod tests;

pub(crate) fn key(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let key = errors.take(syn::parse2(input)).and_then(|input| model(input, &mut errors));
    let code = key.as_ref().map(expand::expand);
    quote!(#code #errors)
}

fn model(input: syn::DeriveInput, errors: &mut Errors) -> Option<model::Key> {
    check::generics(&input, errors);
    let field = check::field(&input, errors)?;
    Some(model::Key::new(&input, field, errors))
}
