//! What is written: the options, and the struct they stand on.
use crate::{
    crate_path::CratePath,
    errors::Errors,
    options::{read, value},
};
use proc_macro2::{Span, TokenStream};
use syn::{Expr, Ident, Item, ItemStruct, LitStr, Type};

const OPTIONS: &[&str] = &[
    "name",
    "pattern",
    "key",
    "value",
    "partitions",
    "partitioner",
    "history",
    "window",
    "reset",
    "timestamp",
    "expect_keys",
    "expect_row_bytes",
    "crate",
];

/// The options as the user gave them.
#[derive(Default)]
pub(super) struct Options {
    pub name: Option<LitStr>,
    pub pattern: Option<LitStr>,
    pub key: Option<Type>,
    pub value: Option<Type>,
    pub partitions: Option<Expr>,
    pub partitioner: Option<Type>,
    pub history: Option<Expr>,
    pub window: Option<Expr>,
    pub reset: Option<Ident>,
    pub timestamp: Option<Expr>,
    pub expect_keys: Option<Expr>,
    pub expect_row_bytes: Option<Expr>,
    pub krate: CratePath,
}

pub(super) fn options(attr: TokenStream, errors: &mut Errors) -> Options {
    let mut o = Options::default();
    read(attr, OPTIONS, errors, |option, input| {
        match option.to_string().as_str() {
            "name" => o.name = Some(value(input)?),
            "pattern" => o.pattern = Some(value(input)?),
            "key" => o.key = Some(value(input)?),
            "value" => o.value = Some(value(input)?),
            "partitions" => o.partitions = Some(value(input)?),
            "partitioner" => o.partitioner = Some(value(input)?),
            "history" => o.history = Some(value(input)?),
            "window" => o.window = Some(value(input)?),
            "reset" => o.reset = Some(value(input)?),
            "timestamp" => o.timestamp = Some(value(input)?),
            "expect_keys" => o.expect_keys = Some(value(input)?),
            "expect_row_bytes" => o.expect_row_bytes = Some(value(input)?),
            _ => o.krate = CratePath::value(input)?,
        }
        Ok(())
    });
    o
}

/// The struct. What does not parse at all is rustc's to report: the item is emitted in any case.
pub(super) fn item(item: &TokenStream, errors: &mut Errors) -> Option<ItemStruct> {
    match syn::parse2::<Item>(item.clone()).ok()? {
        Item::Struct(s) => Some(s),
        _ => {
            errors.push(Span::call_site(), "`#[topic]` declares a topic on a unit struct: `pub struct Orders;`");
            None
        }
    }
}
