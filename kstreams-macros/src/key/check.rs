//! What is wrong with it: a key has the bytes of one other key.
use crate::errors::Errors;
use syn::{Data, DeriveInput, Field, spanned::Spanned};

pub(super) fn generics(input: &DeriveInput, errors: &mut Errors) {
    if !input.generics.params.is_empty() {
        errors
            .push(input.generics.span(), format!("a key has no parameters: its bytes must be known; name what `{}` is over", input.ident));
    }
}

/// The one field.
pub(super) fn field<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Option<&'a Field> {
    let fields = match &input.data {
        Data::Struct(s) => s.fields.iter().collect(),
        _ => vec![],
    };
    if let [field] = fields[..] {
        return Some(field);
    }
    let name = &input.ident;
    errors.push(
        name.span(),
        format!("`{name}` cannot be a key: a key is a struct of one field, which is a key itself, e.g. `struct {name}(String);`; write several parts as one string"),
    );
    None
}
