//! `#[operator]` on a function or a processor: its documentation, signature and place reach the documents of the topologies that use it.
use crate::{crate_path::CratePath, errors::Errors, options};
use proc_macro2::TokenStream;
use quote::quote;

mod check;
mod expand;
mod model;
mod signature;
#[cfg(test)]
mod tests;

pub(crate) fn operator(attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let code = model(attr, &item, &mut errors).map(|operator| expand::expand(&operator));
    quote!(#item #code #errors)
}

/// The operator; none of what cannot be one. An item that does not parse is rustc's to report.
fn model(attr: TokenStream, item: &TokenStream, errors: &mut Errors) -> Option<model::Operator> {
    let mut krate = CratePath::default();
    options::read(attr, &["crate"], errors, |_, input| {
        krate = CratePath::value(input)?;
        Ok(())
    });
    let item = syn::parse2(item.clone()).ok()?;
    check::item(&item, errors)?;
    model::Operator::new(item, krate)
}
