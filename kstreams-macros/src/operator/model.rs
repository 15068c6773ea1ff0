//! What it means: a path, and what the user says of it.
use super::signature::signature;
use crate::{crate_path::CratePath, documentation::documentation};
use proc_macro2::{Ident, Span};
use syn::{Attribute, Item};

/// An operator of the user's.
pub(super) struct Operator {
    pub ident: Ident,
    pub doc: String,
    pub signature: String,
    /// Where its name stands.
    pub line: u32,
    pub krate: CratePath,
}

impl Operator {
    pub(super) fn new(item: Item, krate: CratePath) -> Option<Operator> {
        let (ident, attributes): (Ident, &[Attribute]) = match &item {
            Item::Fn(f) => (f.sig.ident.clone(), &f.attrs),
            Item::Struct(s) => (s.ident.clone(), &s.attrs),
            Item::Enum(e) => (e.ident.clone(), &e.attrs),
            _ => return None,
        };
        let doc = documentation(attributes.iter()).unwrap_or_default();
        Some(Operator { doc, signature: signature(&item), line: line(ident.span()), ident, krate })
    }
}

/// From 1; 0 where no compiler is running, as in this crate's tests.
fn line(at: Span) -> u32 {
    if proc_macro::is_available() { u32::try_from(at.unwrap().line()).unwrap_or(0) } else { 0 }
}
