//! What is wrong with it: an operator is a free function or a processor.
use crate::errors::Errors;
use proc_macro2::Span;
use syn::{FnArg, Item};

/// Nothing of what has no documentation to give.
pub(super) fn item(item: &Item, errors: &mut Errors) -> Option<()> {
    match item {
        Item::Fn(f) => match f.sig.inputs.first() {
            Some(FnArg::Receiver(receiver)) => errors.push(
                receiver.self_token.span,
                "`#[operator]` documents a free function: a method is passed in a closure, `|order| order.priced()`, which is documented by its line",
            ),
            _ => return Some(()),
        },
        Item::Struct(_) | Item::Enum(_) => return Some(()),
        _ => errors.push(Span::call_site(), "`#[operator]` documents a function that is passed to an operator, or a processor's struct"),
    }
    None
}
