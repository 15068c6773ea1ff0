//! What it means: a name around another key.
use crate::{crate_path::CratePath, errors::Errors};
use syn::{DeriveInput, Field, Ident, Index, Member, Type};

/// A newtype over a key.
pub(super) struct Key {
    pub ident: Ident,
    /// Where the inner key is: `0`, or the field's name.
    pub member: Member,
    pub inner: Type,
    pub krate: CratePath,
}

impl Key {
    pub(super) fn new(input: &DeriveInput, field: &Field, errors: &mut Errors) -> Key {
        Key {
            ident: input.ident.clone(),
            member: field.ident.clone().map_or_else(|| Member::Unnamed(Index::from(0)), Member::Named),
            inner: field.ty.clone(),
            krate: CratePath::of(&input.attrs, "key", errors),
        }
    }
}
