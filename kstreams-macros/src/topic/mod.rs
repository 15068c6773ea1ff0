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
    let topic = model(attr, &item, &mut errors);
    let code = topic.as_ref().map(|topic| if topic.is_pattern { pattern::expand(topic) } else { expand::expand(topic) });
    quote!(#item #code #errors)
}

/// The topic, if enough of it is written down to say what it is; what is wrong goes to `errors`.
fn model(attr: TokenStream, item: &TokenStream, errors: &mut Errors) -> Option<model::Topic> {
    let options = parse::options(attr, errors);
    let item = parse::item(item, errors)?;
    check::item(&item, errors);
    check::options(&options, errors);
    let doc = documentation(item.attrs.iter());
    model::Topic::new(item.ident, doc, options, errors)
}
