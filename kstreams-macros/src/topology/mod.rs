//! `#[topology(id = "..")]`: what tokens can tell is checked here, everything else by types and when the topology is built.
use crate::errors::Errors;
use proc_macro2::TokenStream;
use quote::quote;

mod body;
mod check;
mod constant;
mod expand;
mod lock;
mod model;
mod operators;
mod parse;
mod steps;
#[cfg(test)]
mod tests;
mod variables;

pub(crate) fn topology(attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = parse::options(attr, &mut errors);
    let code = parse::function(&item, &mut errors).map(|function| {
        let topology = model::Topology::new(options, function, &mut errors);
        check::check(&topology, &mut errors);
        expand::expand(&topology)
    });
    // Nothing before the item may depend on its content: an editor compares the offsets of this and of a guessed expansion.
    quote! {
        #[deny(unused_must_use)]
        #item
        #code
        #errors
    }
}
