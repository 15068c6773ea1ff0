//! What is written: the options, and the function they stand on.
use super::lock::Lock;
use crate::{
    crate_path::CratePath,
    errors::Errors,
    options::{read, value},
};
use proc_macro2::{Span, TokenStream};
use syn::{Item, ItemFn, LitStr};

/// The options as the user gave them.
#[derive(Default)]
pub(super) struct Options {
    pub id: Option<LitStr>,
    pub lock: Option<Lock>,
    /// The path of a drawing that the documentation shows.
    pub drawing: Option<LitStr>,
    pub krate: CratePath,
}

pub(super) fn options(attr: TokenStream, errors: &mut Errors) -> Options {
    let mut o = Options::default();
    read(attr, &["id", "lock", "drawing", "crate"], errors, |option, input| {
        match option.to_string().as_str() {
            "id" => o.id = Some(value(input)?),
            "lock" => o.lock = Some(Lock::read(value(input)?)?),
            "drawing" => o.drawing = Some(value(input)?),
            _ => o.krate = CratePath::value(input)?,
        }
        Ok(())
    });
    o
}

/// The function. One that does not parse is rustc's to report, and an editor still completes in it.
pub(super) fn function(item: &TokenStream, errors: &mut Errors) -> Option<ItemFn> {
    if let Ok(function) = syn::parse2(item.clone()) {
        return Some(function);
    }
    if syn::parse2::<Item>(item.clone()).is_ok() {
        errors
            .push(Span::call_site(), "`#[topology]` describes a topology by a function: `pub fn counts(orders: StreamOf<Orders>) { .. }`");
    }
    None
}
