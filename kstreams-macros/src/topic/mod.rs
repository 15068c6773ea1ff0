//! `#[topic(name = "..", key = .., value = .., partitions = ..)]` on a unit struct; or `pattern = ".."` in the name's place.
use crate::{documentation::documentation, errors::Errors};
use proc_macro2::TokenStream;
use quote::quote;

mod check;
mod expand;
mod model;
mod parse;
mod pattern;
#[cfg(test)]
mod tests;

pub(crate) fn topic(attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = parse::options(attr, &mut errors);
    let unfinished = expand::unfinished(&options);
    let code = match model(options, &item, &mut errors) {
        Some(topic) if topic.is_pattern => pattern::expand(&topic),
        Some(topic) => expand::expand(&topic),
        None => unfinished,
    };
    quote!(#item #code #errors)
}

/// The topic, if enough of it is written down to say what it is; what is wrong goes to `errors`.
fn model(options: parse::Options, item: &TokenStream, errors: &mut Errors) -> Option<model::Topic> {
    let item = parse::item(item, errors)?;
    check::item(&item, errors);
    check::options(&options, errors);
    let doc = documentation(item.attrs.iter());
    model::Topic::new(item.ident, doc, options, errors)
}
